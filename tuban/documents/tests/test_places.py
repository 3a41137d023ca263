"""Places by their form: the issuer's, and those before a figure."""

from __future__ import annotations

import pytest

from tuban.documents.places import issuing_place, place_named


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("鄂尔多斯市人民政府", ("鄂尔多斯市", "150600")),
        ("鄂托克前旗人民政府办公室", ("鄂托克前旗", "150623")),
        ("乌海市人民政府", ("乌海市", None)),
        ("菏泽市定陶区人民政府办公室", ("定陶区", None)),
        ("示例市自然资源和规划局", ("示例市", None)),
        ("示例县发展和改革委员会", ("示例县", None)),
        ("国务院", (None, None)),
        (None, (None, None)),
    ],
)
def test_the_place_an_issuer_speaks_for(
    issuer: str | None, place: tuple[str | None, str | None]
) -> None:
    assert issuing_place(issuer) == place


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("海勃湾区12宗", "海勃湾区"),
        ("其中杭锦后旗35", "杭锦后旗"),
        ("2024年底前定陶区完成处置5", "定陶区"),
        ("树林召镇", "树林召镇"),
        # what ends like a place and is none, or many
        ("各旗区12宗", None),
        ("全市12宗", None),
        ("我区完成5", None),
        ("经济开发区3宗", None),
        ("工业园区完成3", None),
        ("自治区下达5", None),
        ("城区完成5", None),
        ("建设用地规模5", None),
        ("市区联动处置5", None),
    ],
)
def test_a_place_before_a_figure_by_its_form(words: str, name: str | None) -> None:
    assert place_named(words) == name
