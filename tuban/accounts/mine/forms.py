"""Forms of one's own account. Passwords are never written back into the page."""

from __future__ import annotations

from typing import Any

from django import forms

from tuban.accounts.models import User
from tuban.accounts.passwords import objections

_MOST = 128


def _secret(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=_MOST,
        error_messages={"required": f"请填写{label}", "max_length": f"不超过 {_MOST} 个字符"},
    )


class PasswordForm(forms.Form):
    """现用口令、新口令两遍."""

    current = _secret("现用口令")
    new = _secret("新口令")
    again = _secret("再输一遍")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """The new password follows the rules, and was typed twice the same."""
        given = super().clean() or {}
        new, again = given.get("new"), given.get("again")
        if new is None:
            return given
        for words in objections(new, self.user):
            self.add_error("new", words)
        if again is not None and new != again:
            self.add_error("again", "两次输入的新口令不一样。")
        return given


class FactorForm(forms.Form):
    """口令 and the first code of the device."""

    password = _secret("登录口令")
    code = forms.CharField(
        label="动态口令",
        max_length=12,
        error_messages={
            "required": "请填写手机上显示的 6 位数字",
            "max_length": "动态口令是 6 位数字",
        },
    )


class ProofForm(forms.Form):
    """登录口令 once more, before something that weakens the account."""

    password = _secret("登录口令")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
