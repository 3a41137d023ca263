"""处置阶梯: which remedy the law holds ready for idle land; it proposes, officers decide."""

from __future__ import annotations

from enum import StrEnum

from tuban.law.model import IdleCause
from tuban.law.period import Period, Stage


class Remedy(StrEnum):
    """处置."""

    NONE = "none"
    FEE = "fee"
    RECALL = "recall"
    MENU = "menu"

    @property
    def label(self) -> str:
        """Chinese name."""
        return _LABELS[self]

    @property
    def rule(self) -> str | None:
        """Id of the rule it rests on; None where there is no remedy."""
        return _RULES[self]


_LABELS = {
    Remedy.NONE: "无",
    Remedy.FEE: "征缴土地闲置费",
    Remedy.RECALL: "无偿收回",
    Remedy.MENU: "协商处置",
}
_RULES = {
    Remedy.NONE: None,
    Remedy.FEE: "IDL-28",
    Remedy.RECALL: "IDL-30",
    Remedy.MENU: "IDL-19",
}
_MENU_CAUSES = frozenset({IdleCause.GOVERNMENT, IdleCause.FORCE_MAJEURE, IdleCause.PREPARATORY})


def remedy(period: Period, cause: IdleCause | str | None) -> Remedy:
    """The rung a suspected or recognised idle period stands on.

    Enterprise cause: fee after one full year (IDL-28), free recovery after two (IDL-30).
    Government cause, force majeure, necessary preparation: the menu of 第十二条 (IDL-12 to IDL-14,
    IDL-19). Land started and then stopped: only the menu, whatever the cause (IDL-26, 待核实).
    Seizure waits for the court (IDL-47); without a cause on record, or on a recognition that came
    before the full year, there is no rung.
    """
    if period.stage not in (Stage.SUSPECTED_IDLE, Stage.IDLE):
        return Remedy.NONE
    if "stopped_after_start" in period.flags:
        return Remedy.MENU
    if cause is None:
        return Remedy.NONE
    cause = IdleCause(cause)
    if cause in _MENU_CAUSES:
        return Remedy.MENU
    if cause is IdleCause.SEIZURE:
        return Remedy.NONE
    if "recognised_early" in period.flags:
        return Remedy.NONE
    return Remedy.RECALL if "two_years" in period.flags else Remedy.FEE
