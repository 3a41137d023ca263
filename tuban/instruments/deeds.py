"""What is done with plans."""

from tuban.accounts.records import deed

PLAN_UPLOADED = deed("plan.uploaded", "上传方案")
PLAN_TYPED = deed("plan.typed", "手工录入目标")
PLAN_READ_AGAIN = deed("plan.read_again", "重新读取方案")
PLAN_DROPPED = deed("plan.dropped", "放弃方案")
PLAN_CORRECTED = deed("plan.corrected", "更正方案读取结果")
PLAN_CONFIRMED = deed("plan.confirmed", "确认方案生效")
