"""Sign-in form."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest


class SignInForm(AuthenticationForm):
    """账号、口令. Says how many tries are left, never whether the account exists."""

    username = forms.CharField(
        label="账号",
        max_length=150,
        strip=True,
        error_messages={"required": "请填写账号", "max_length": "账号不超过 150 个字"},
    )
    password = forms.CharField(label="口令", strip=False, error_messages={"required": "请填写口令"})

    def get_invalid_login_error(self) -> ValidationError:
        """The same sentence for a wrong password and an unknown account."""
        return ValidationError(f"账号或口令不对。{tries_left(self.request)}", code="invalid_login")


class CodeForm(forms.Form):
    """动态口令或备用码, the second step."""

    code = forms.CharField(
        label="动态口令",
        max_length=20,
        error_messages={"required": "请填写动态口令", "max_length": "动态口令是 6 位数字"},
    )

    def refuse(self, request: HttpRequest) -> None:
        """The code was wrong; says how many tries are left."""
        self.add_error("code", f"动态口令不对。{tries_left(request)}")


def tries_left(request: HttpRequest | None) -> str:
    """How many tries are left before the lock."""
    # None when the account was locked before this try: the lock's own page answers then.
    failures = getattr(request, "axes_failures_since_start", None) or 0
    left = max(settings.AXES_FAILURE_LIMIT - failures, 0)
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return f"还可再试 {left} 次，之后锁定 {minutes} 分钟。"
