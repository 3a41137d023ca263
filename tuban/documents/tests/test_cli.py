"""`tuban read`: words for people, the contract for programs, exit codes for both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tuban.documents.cli import run_read
from tuban.documents.tests.samples import PLANS

CLEAN = """鄂尔多斯市清理工作方案

鄂示发〔2024〕3号

鄂尔多斯市人民政府
2024年3月5日

一、工作任务
（一）摸清底数。逐宗核对。
责任单位：市自然资源局
完成时限：2024年6月底前
"""


def test_a_plan_is_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_read(str(PLANS / "invented.txt"), as_json=False)

    shown = capsys.readouterr().out
    assert code == 1
    assert "鄂示发〔2023〕7号" in shown
    assert "责任  东胜区人民政府、达拉特旗人民政府、市自然资源局" in shown
    assert "2023年4月中旬 → 2023-04-20" in shown
    assert "相加为 7550亩，载明 7500亩" in shown


def test_json_has_the_keys_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    run_read(str(PLANS / "invented.txt"), as_json=True)

    data = json.loads(capsys.readouterr().out)
    assert list(data) == [
        *("source", "text_sha256", "text", "header", "clauses", "tasks", "safeguards"),
        *("document_deadlines", "document_targets", "tables", "figures", "findings"),
        *("table_checks", "agreements", "citations"),
    ]
    assert set(data["source"]) == {"name", "sha256", "chars"}
    task = data["tasks"][0]
    assert {"no", "title", "text", "span", "lead", "support", "supervise"} <= set(task)
    assert (
        task["deadlines"][0].items()
        >= {
            "raw": "2023年4月中旬",
            "kind": "fixed",
            "norm": "2023-04-20",
        }.items()
    )
    assert data["tables"][0]["rows"][1] == ["达拉特旗", "4000", None, "2000", None]
    assert (
        data["figures"][0].items()
        >= {
            "metric": "现有闲置土地面积",
            "region": "东胜区",
            "region_code": "150602",
            "value": "3000",
            "unit": "亩",
            "printed": "3000",
            "decimals": 0,
            "role": "base",
        }.items()
    )


def test_a_plan_without_findings_leaves_with_zero(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(CLEAN, encoding="utf-8")

    assert run_read(str(path), as_json=False) == 0


@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_that_is_no_plan_leaves_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("各旗区：\n请报送材料。\n", encoding="utf-8")

    code = run_read(str(path), as_json)

    captured = capsys.readouterr()
    assert code == 2
    assert "letter.txt：没有找到任务措施" in captured.err
    if as_json:
        assert json.loads(captured.out)["error"]["code"] == "document.not_a_plan"
