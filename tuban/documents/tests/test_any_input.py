"""Whatever comes in: a reading whose spans hold, or a word of refusal."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.documents import DocumentError, read
from tuban.documents.tests.test_bad_input import OLE
from tuban.documents.tests.test_golden import assert_spans_hold

_WORDS = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "——",
        "责任单位：",
        "完成时限：",
        "2022年",
        "底前",
        "“十四五”末",
        "5万亩",
        "附件1",
        "\n",
        "\t",
        "\n\n",
        "。",
        "；",
        "，",
        "（",
        "）",
        "《",
        "任务",
        "措施",
        "市财政局",
        "各旗区人民政府",
        "注：",
        "单位：亩",
        "每2—3年一次",
        "分别",
        "其中",
        "全市",
        "合计",
        "0.5",
        "联系人：",
        "表",
        "〔2022〕1号",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS | st.text(max_size=6), max_size=120).map("".join))
def test_no_text_breaks_the_reader_and_spans_always_hold(text: str) -> None:
    prefix = "一、工作任务\n（一）处置。完成5亩。\n"

    try:
        reading = read((prefix + text).encode("utf-8", "replace"), "any.txt")
    except DocumentError:
        return

    assert_spans_hold(reading)
    reading.to_json()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", OLE, "一、工作任务\n（一）处置。\n".encode()):
        with suppress(DocumentError):
            assert read(start + data, "any").tasks
