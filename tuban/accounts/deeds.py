"""What happens to accounts, and at the doors."""

from tuban.accounts.records import Group, deed

_S = Group.SECURITY

SIGNED_IN = deed("account.signed_in", "登录", _S)
SIGNED_OUT = deed("account.signed_out", "退出登录", _S)
SIGN_IN_FAILED = deed("account.sign_in_failed", "登录失败", _S)
LOCKED = deed("account.locked", "登录锁定", _S)
UNLOCKED = deed("account.unlocked", "解除锁定", _S)
PASSWORD_CHANGED = deed("account.password_changed", "修改口令", _S)
PASSWORD_RESET = deed("account.password_reset", "重置口令", _S)
FACTOR_ON = deed("account.factor_on", "启用动态口令", _S)
FACTOR_OFF = deed("account.factor_off", "停用动态口令", _S)
CODES_RENEWED = deed("account.codes_renewed", "更换备用码", _S)
CODE_USED = deed("account.code_used", "使用备用码", _S)
TOKEN_MADE = deed("token.made", "生成访问令牌", _S)
TOKEN_REVOKED = deed("token.revoked", "收回访问令牌", _S)
ACCOUNT_MADE = deed("account.made", "开通账号", _S)
ACCOUNT_CHANGED = deed("account.changed", "修改账号", _S)
ACCOUNT_STOPPED = deed("account.stopped", "停用账号", _S)
ACCOUNT_RESUMED = deed("account.resumed", "恢复账号", _S)
ORGANISATION_MADE = deed("organisation.made", "增设单位", _S)

REFUSED = deed("access.refused", "越权操作被拒", Group.REFUSED)
