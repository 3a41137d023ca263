"""What is done with bulletins; each step of one is a deed of the same name."""

from tuban.accounts.records import Group, deed
from tuban.bulletins.models import StepKind

OF_STEP = {kind: deed(f"bulletin.{kind.value}", f"通报：{kind.label}") for kind in StepKind}
DISCARDED = deed("bulletin.discarded", "删除通报草稿")
DOCUMENT_TAKEN = deed("bulletin.document", "下载通报", Group.TAKEN)
