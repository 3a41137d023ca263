"""What is done with parcels and their files."""

from tuban.accounts.records import Group, deed

FACT_RECORDED = deed("fact.recorded", "登记事实")
FACT_CORRECTED = deed("fact.corrected", "更正事实")
FACT_VOIDED = deed("fact.voided", "作废事实")
FACT_REVIEWED = deed("fact.reviewed", "复核事实")

UPLOADED = deed("import.uploaded", "上传台账")
READ_AGAIN = deed("import.read_again", "重新读取台账")
ANSWERED = deed("import.answered", "答复读法")
HEADING_FORGOTTEN = deed("import.heading_forgotten", "忘记表头对照")
CONFIRMATION_ASKED = deed("import.confirmation_asked", "要求登记台账")
FORESIGHT_ASKED = deed("import.foresight_asked", "要求重新预览")
STOPPED = deed("import.stopped", "取消后台作业")
SET_ASIDE = deed("import.set_aside", "放弃上传件")
BATCH_RECORDED = deed("batch.recorded", "登记台账")
WITHDRAWAL_ASKED = deed("batch.withdrawal_asked", "要求撤销批次")
BATCH_WITHDRAWN = deed("batch.withdrawn", "撤销批次")

EXPORTED = deed("export.made", "导出", Group.TAKEN)
EXPORT_ORDERED = deed("export.ordered", "后台导出", Group.TAKEN)
EXPORT_FETCHED = deed("export.fetched", "下载导出件", Group.TAKEN)
ERRORS_TAKEN = deed("export.errors", "下载需改正的行", Group.TAKEN)
