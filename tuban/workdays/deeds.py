"""What happens to the work calendar."""

from tuban.accounts.records import deed

NOTICE_IMPORTED = deed("workdays.imported", "导入节假日安排")
