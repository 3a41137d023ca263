"""核对发现 as a reviewer deals with them: which must be acknowledged, and with what choices. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from tuban.instruments.corrected import FINDINGS

BINDS = "binds"
ASKED = "asked"
LAYERED = "layered"
KEPT = "kept"
CHOICES = {
    BINDS: "以其中一个数为准",
    LAYERED: "分列下达数与分解数，各按载明登记",
    ASKED: "已请示发文机关，答复前各值并存",
    KEPT: "已知悉，按载明登记",
}
SEVERITIES = {"error": "须认定", "warning": "须核对", "note": "提示"}
LIGHTS = {"error": "red", "warning": "yellow", "note": "blue"}


def key_of(finding: Mapping[str, Any]) -> str:
    """A finding's name, by what it says: when figures are corrected, an old word no longer counts."""
    said = f"{finding['code']}|{finding['message']}|{finding['spans']}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def path_of(finding: Mapping[str, Any]) -> str:
    """Where its acknowledgement stands among the corrections."""
    return f"{FINDINGS}/{key_of(finding)}"


def is_between_figures(finding: Mapping[str, Any]) -> bool:
    """Whether the finding sets figures against one another, of which one can bind."""
    return finding["code"] == "target-conflict" and len(finding["spans"]) > 1


def must_be_acknowledged(finding: Mapping[str, Any]) -> bool:
    """Whether the plan may not come into force before a person has dealt with the finding."""
    is_grave = finding["severity"] == "error" or finding["class"] == "冲突"
    return is_grave or is_between_figures(finding)


def open_findings(
    findings: Iterable[Mapping[str, Any]], acknowledged: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """Those that still wait for a word."""
    return [
        finding
        for finding in findings
        if must_be_acknowledged(finding) and key_of(finding) not in acknowledged
    ]
