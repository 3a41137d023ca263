"""文件头: number, title, issuer, date, recipients and the list of attachments."""

from __future__ import annotations

import re
from typing import Any

from tuban.documents.blocks import Line
from tuban.documents.layout import Layout
from tuban.documents.markers import ATTACHMENTS, DATE_LINE, DOC_NO, SENTENCE, TITLE_END, marker_of
from tuban.documents.model import Header, Span
from tuban.values.dates import parse_date
from tuban.values.docnos import is_doc_no

_ISSUER = re.compile(r"(?P<issuer>.{2,40}?(?:政府|办公室|办公厅|委员会|局|厅|部))关于")
_SIGNED_BY = re.compile(r".{2,40}(?:政府|办公室|办公厅|委员会|局|厅|部|领导小组)")
_IMPRINTED = re.compile(r"(?P<issuer>.{2,30}?) ?(?P<date>\d{4}年\d{1,2}月\d{1,2}日)印发")
_TITLE_MOST = 120
_RECIPIENTS = re.compile(r"(?P<names>(?:各|市|区|旗|县|局|省|州|盟|有关|本)[^。]{2,100})：")


def read_header(layout: Layout) -> Header:
    """The header of a layout. Each part is None where it is not printed."""
    found: dict[str, Any] = {}
    spans: dict[str, Any] = {}
    head = [line for line in layout.lines[: layout.body.start] if not line.is_row]
    tail = [line for line in layout.lines[layout.body.stop :] if not line.is_row]
    for line in head:
        _take_number(line, found, spans)
    _take_titles(head, found, spans)
    _take_recipients(head, found, spans)
    _take_signature(head + tail, found, spans)
    attachments = _attachments(head + tail)
    if attachments:
        spans["attachments"] = tuple(span for _, span in attachments)
    return Header(
        title=found.get("title") or found.get("plan_title"),
        plan_title=found.get("plan_title"),
        doc_no=found.get("doc_no"),
        issuer=found.get("issuer"),
        date=found.get("date"),
        recipients=found.get("recipients"),
        attachments=tuple(title for title, _ in attachments),
        spans=spans,
    )


def _set(
    found: dict[str, Any], spans: dict[str, Any], key: str, value: str | None, span: Span
) -> None:
    """The first of each kind counts."""
    if value and key not in found:
        found[key] = value
        spans[key] = span


def _take_number(line: Line, found: dict[str, Any], spans: dict[str, Any]) -> None:
    match = DOC_NO.fullmatch(line.text)
    if match and is_doc_no(match["no"]):
        _set(found, spans, "doc_no", match["no"], _at(line, match, "no"))
        if match["date"]:
            _set(found, spans, "date", _iso(match["date"]), _at(line, match, "date"))


def _take_titles(head: list[Line], found: dict[str, Any], spans: dict[str, Any]) -> None:
    """The notice's title, and the title of the plan that it brings into force."""
    for line in head:
        whole = (line.start, line.end)
        if len(line.text) > _TITLE_MOST or not re.search(f"{TITLE_END.pattern}$", line.text):
            continue
        if ATTACHMENTS.match(line.text) or SENTENCE.match(line.text):
            continue
        if DOC_NO.fullmatch(line.text) or "title" not in found:
            _set(found, spans, "title", line.text, whole)
            issuer = _ISSUER.match(line.text)
            if issuer:
                found["_issuer_in_title"] = (issuer["issuer"], _at(line, issuer, "issuer"))
        else:
            _set(found, spans, "plan_title", line.text, whole)


def _take_recipients(head: list[Line], found: dict[str, Any], spans: dict[str, Any]) -> None:
    for line in head:
        match = _RECIPIENTS.fullmatch(line.text)
        if match:
            _set(found, spans, "recipients", match["names"], _at(line, match, "names"))


def _take_signature(lines: list[Line], found: dict[str, Any], spans: dict[str, Any]) -> None:
    """落款 (an office above a date), else the office in the title, else the imprint."""
    for above, line in zip([None, *lines], lines, strict=False):
        if DATE_LINE.fullmatch(line.text):
            if above is not None and _SIGNED_BY.fullmatch(above.text):
                _set(found, spans, "issuer", above.text, (above.start, above.end))
            _set(found, spans, "date", _iso(line.text), (line.start, line.end))
    if "_issuer_in_title" in found:
        _set(found, spans, "issuer", *found["_issuer_in_title"])
    for line in lines:
        match = _IMPRINTED.fullmatch(line.text)
        if match:
            _set(found, spans, "issuer", match["issuer"], _at(line, match, "issuer"))
            _set(found, spans, "date", _iso(match["date"]), _at(line, match, "date"))


def _attachments(lines: list[Line]) -> list[tuple[str, Span]]:
    """Titles after 附件：, numbered or one."""
    found: list[tuple[str, Span]] = []
    listing = False
    for line in lines:
        start = 0
        opening = ATTACHMENTS.match(line.text)
        if opening and not found:
            listing, start = True, opening.end()
        if not listing:
            continue
        marker = marker_of(line.text[start:])
        if not opening and (marker is None or marker.kind != "item"):
            break
        start += len(marker.printed) if marker else 0
        found.append((line.text[start:], (line.start + start, line.end)))
    return found


def _at(line: Line, match: re.Match[str], group: str) -> Span:
    return line.start + match.start(group), line.start + match.end(group)


def _iso(text: str) -> str | None:
    """2022年8月23日 → 2022-08-23; None where no such day exists."""
    try:
        parsed = parse_date(_arabic(text))
    except ValueError:
        return None
    return parsed.on.isoformat() if parsed else None


def _arabic(text: str) -> str:
    """二〇二二年八月二十三日 → 2022年8月23日."""
    if not text.startswith("二"):
        return text
    year, _, rest = text.partition("年")
    digits = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")}
    digits |= {"零": "0", "○": "0"}

    def small(match: re.Match[str]) -> str:
        tens, ten, ones = match.group().rpartition("十")
        if not ten:
            return digits[match.group()[0]]
        return str((int(digits[tens]) if tens else 1) * 10 + (int(digits[ones]) if ones else 0))

    return (
        "".join(digits.get(char, char) for char in year)
        + "年"
        + re.sub("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]", small, rest)
    )
