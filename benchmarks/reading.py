"""How long a plan takes to read: `python -m benchmarks.reading`.

Two invented plans: one of the size of a city's plan (18 tasks, four annexes that only rounding
explains, txt) and one of a hundred pages (docx, ten such annexes). Besides seconds the docx is
given as a ratio to a baseline that any machine can repeat: python-docx opening the same file and
putting together the words of its paragraphs and cells. CPU time, best of several rounds; importing
SciPy is part of starting up and counted apart. The desk reads in a child process: by the clock, with
the child that the worker keeps waiting, and with one that has to be started first.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from time import perf_counter, process_time, sleep

import docx

from tuban.documents import read
from tuban.documents.model import Reading
from tuban.documents.progress import Progress, silent
from tuban.instruments.desk import waiting
from tuban.instruments.desk.reading import read_plan

LIMIT_PLAN_S = 1.0
LIMIT_PAGES_S = 20.0
WARMING_S = 5.0
PAGES = 100
CHARACTERS_A_PAGE = 650
_PLACES = (
    *("东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗"),
    *("鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗"),
)
_SHARES = (20, 24, 27, 29)
_HEAD = (
    "鄂尔多斯市存量土地清理方案\n鄂测发〔2024〕1号\n鄂尔多斯市人民政府\n2024年3月5日\n"
    "一、工作任务\n（一）促处置。\n"
)
_TASK = (
    "{no}.逐宗核对第{no}批台账。2024年底前，处置闲置土地{no}宗，处置率达到60%以上；2025年6月底前完成复核。"
    + "积极推进土地节约集约利用，对批而未供土地逐宗分析成因、分类施策，" * 8
    + "\n责任单位：市自然资源局、财政局，各旗区人民政府\n配合单位：市工业和信息化局、农牧局\n"
    "完成时限：长期坚持。2024年4月中旬完成核对；5月31日前汇总。\n"
)


def tasks(count: int) -> str:
    """Measures 1. to `count`., numbered anew after 99 as a plan would in a new section."""
    parts = []
    for at in range(count):
        if at and at % 99 == 0:
            parts.append(f"（{'二三四五六七八九'[at // 99 - 1]}）再促处置。\n")
        parts.append(_TASK.format(no=at % 99 + 1))
    return "".join(parts)


def annex(number: int) -> tuple[str, list[list[str]]]:
    """Words over a table, and the table: shares of a stock, each cell rounded to 0.01 万亩."""
    stocks = [(37 * (at + number) % 170 + 20) / 100 for at in range(len(_PLACES))]
    rows = [["旗区", "目前闲置土地面积", *(f"{2022 + at}年处置目标" for at in range(4))]]
    for name, stock in zip(_PLACES, stocks, strict=True):
        rows.append([name, f"{stock:.2f}", *(f"{stock * share / 100:.2f}" for share in _SHARES)])
    whole = sum(stocks)
    rows.append(["全市", f"{whole:.2f}", *(f"{whole * share / 100:.2f}" for share in _SHARES)])
    return f"附件{number}\n闲置土地处置目标任务分解表\n单位：万亩\n", rows


def plan_txt() -> bytes:
    """A plan of a city's size."""
    text = _HEAD + tasks(18)
    for number in range(1, 5):
        words, rows = annex(number)
        text += words + "\n".join("\t".join(row) for row in rows) + "\n"
    return text.encode()


def plan_docx() -> bytes:
    """A plan of `PAGES` pages."""
    document = docx.Document()
    count = PAGES * CHARACTERS_A_PAGE // len(_TASK)
    for line in (_HEAD + tasks(count)).splitlines():
        document.add_paragraph(line)
    for number in range(1, 11):
        words, rows = annex(number)
        for line in words.splitlines():
            document.add_paragraph(line)
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, value in zip(row.cells, cells, strict=True):
                cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bare(data: bytes) -> str:
    """The baseline: python-docx and nothing else."""
    document = docx.Document(io.BytesIO(data))
    words = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        words.extend(cell.text for row in table.rows for cell in row.cells)
    return "\n".join(words)


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """CPU seconds of the best round."""
    best = float("inf")
    for _ in range(rounds):
        began = process_time()
        work()
        best = min(best, process_time() - began)
    return best


def main() -> int:
    """Prints the figures; 1 when a limit is passed."""
    short, long = plan_txt(), plan_docx()
    began = process_time()
    first = read(short, "plan.txt")
    cold = process_time() - began
    told: list[float] = []
    reading = _read(long, lambda _step, share: told.append(share))
    warm = seconds(lambda: _read(short))
    pages = seconds(lambda: _read(long), rounds=3)
    baseline = seconds(lambda: bare(long), rounds=3)
    waited, started = at_the_desk(short)
    print(
        f"plan of {len(first.tasks)} tasks, {len(first.tables)} tables, {first.source_chars} characters:"
        f" {warm:.3f} s (limit {LIMIT_PLAN_S:.0f}); first one with SciPy's import {cold:.2f} s\n"
        f"the same at the desk, child waiting: {waited:.2f} s (limit {LIMIT_PLAN_S:.0f});"
        f" child started first: {started:.2f} s\n"
        f"docx of {PAGES} pages, {len(reading.tasks)} tasks, {len(reading.tables)} tables,"
        f" {reading.source_chars} characters: {pages:.2f} s (limit {LIMIT_PAGES_S:.0f}),"
        f" progress told {len(told)} times\n"
        f"baseline python-docx, words only: {baseline:.2f} s\n"
        f"ratio reading / baseline: {pages / baseline:.1f}"
    )
    return 0 if max(warm, waited) < LIMIT_PLAN_S and pages < LIMIT_PAGES_S else 1


def at_the_desk(data: bytes) -> tuple[float, float]:
    """Seconds by the clock of the best round: with a child that waits, and without."""
    best = {True: float("inf"), False: float("inf")}
    for is_waiting in (True, False) * 3:
        if is_waiting:
            waiting.prepare()
            sleep(WARMING_S)
        began = perf_counter()
        read_plan(data, "plan.txt")
        best[is_waiting] = min(best[is_waiting], perf_counter() - began)
    return best[True], best[False]


def _read(data: bytes, progress: Progress = silent) -> Reading:
    return read(data, "plan", progress)


if __name__ == "__main__":
    sys.exit(main())
