"""What posts do with tasks, for the record of changes."""

from tuban.accounts.records import Group, deed

REPORTED = deed("task.reported", "上报任务")
ACCEPTED = deed("task.accepted", "核验任务")
RETURNED = deed("task.returned", "退回任务")
REOPENED = deed("task.reopened", "重新打开任务")
RESPONDED = deed("task.responded", "配合回应")
DATED = deed("task.dated", "为节点定期限")
MILESTONE_ADDED = deed("task.milestone", "增设节点")
UNIT_ADDED = deed("task.unit", "增加承办单位")
RELEASED = deed("task.released", "免除承办")
RULE_SET = deed("task.rule", "修改督办亮灯规则")
ATTACHMENT_TAKEN = deed("task.attachment", "下载佐证附件", Group.TAKEN)
REFUSED = deed("task.refused", "任务未予办理", Group.REFUSED)
