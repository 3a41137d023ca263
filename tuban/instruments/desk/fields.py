"""Fields of the correction forms: days, numbers, years and units as a reading keeps them, as text."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from tuban.values.numbers import parse_decimal

_SEPARATORS = re.compile(r"[、，,；;\n]+")
_LONGEST_NAME = 40


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise forms.ValidationError(f"“{value}”不是日期，请写成 2024-12-31 的样子。") from None


class DayField(forms.CharField):
    """A day, kept as text."""

    def clean(self, value: Any) -> str | None:
        """ISO text; None when empty."""
        text = super().clean(value)
        return _day(text) if text else None


class UnitsField(forms.CharField):
    """单位名称 separated by 、 or line ends, kept as a list."""

    def prepare_value(self, value: Any) -> Any:
        """The list as people write it."""
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The names, each once, in order."""
        text = super().clean(value)
        names = [name.strip() for name in _SEPARATORS.split(text) if name.strip()]
        for name in names:
            if len(name) > _LONGEST_NAME:
                raise forms.ValidationError(f"“{name[:20]}…”太长，不像单位名称；请用顿号分开。")
        return list(dict.fromkeys(names))


class NumberField(forms.CharField):
    """An exact number, kept as text; empty is missing, not zero."""

    def clean(self, value: Any) -> str | None:
        """The decimal as text."""
        text = super().clean(value)
        try:
            number = parse_decimal(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if number is not None and abs(number) >= 10**12:
            raise forms.ValidationError("数值过大，请核对单位。")
        return None if number is None else format(number, "f")


class YearField(forms.CharField):
    """Four digits, kept as text."""

    def clean(self, value: Any) -> str | None:
        """The year; None when empty."""
        text = super().clean(value)
        if text and not re.fullmatch(r"(19|20)\d\d", text):
            raise forms.ValidationError("年度请写四位数字，例如 2024；跨年的期间请留空。")
        return text or None
