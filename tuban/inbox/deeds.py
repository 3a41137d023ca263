"""What happens to mailboxes and the rule of reminders."""

from tuban.accounts.records import deed

MAILBOX_SET = deed("mailbox.set", "设定岗位邮箱")
MAIL_SWITCHED = deed("mailbox.switched", "开关邮件")
RULE_SET = deed("reminders.rule_set", "设定提醒规则")
MAIL_SENT_AGAIN = deed("mail.sent_again", "重新发送邮件")
