"""`make test`, `make check`, `make bench`: every proof, in order, with its time.

    python dev/prove.py all | check | bench

Playwright leaves an event loop running in its thread, so the browser's tests have a process of
their own. All proofs run, also after one has failed; the last line is pytest's own, for all tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev.cluster import Cluster, ClusterError
from tuban.config import state

_NOTHING_SELECTED = 5
_MOST_AT_ONCE = 4
_CHECKS = {
    "代码规范": ["-m", "ruff", "check", "--quiet", "."],
    "代码格式": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "类型": ["-m", "mypy", "tuban", "dev", "benchmarks", "conftest.py"],
}


def _run(title: str, words: list[str], env: dict[str, str] | None = None) -> bool:
    """Runs one proof and says how it went and how long it took."""
    print(f"\n── {title} ──", flush=True)
    began = time.monotonic()
    status = subprocess.call(
        [sys.executable, *words], cwd=state.ROOT, env={**os.environ, **(env or {})}
    )
    good = status == 0 or (words[:2] == ["-m", "pytest"] and status == _NOTHING_SELECTED)
    print(
        f"── {title}：{'通过' if good else '未通过'}（{time.monotonic() - began:.1f} 秒）",
        flush=True,
    )
    return good


def _tests(
    title: str,
    selection: list[str],
    report: Path,
    at_once: int,
    env: dict[str, str] | None = None,
) -> bool:
    """A file's tests stay together; each process at work has a test database of its own."""
    report.unlink(missing_ok=True)
    words = ["-m", "pytest", "-q", "-m", *selection, f"--junitxml={report}"]
    spread = [f"--numprocesses={at_once}", "--dist=loadfile", "--no-loadscope-reorder"]
    return _run(title, [*words, *spread], env)


def _closing_line(reports: list[Path], seconds: float) -> str:
    """Pytest's closing line over several runs."""
    counts: Counter[str] = Counter()
    for report in filter(Path.exists, reports):
        suite = ET.parse(report).getroot().find("testsuite")
        if suite is None:
            continue
        tests, failed, errors, skipped = (
            int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
        )
        passed = tests - failed - errors - skipped
        counts.update(failed=failed, passed=passed, skipped=skipped, errors=errors)
    order = ("failed", "passed", "skipped", "errors")
    words = ", ".join(f"{counts[key]} {key}" for key in order if counts[key]) or "no tests ran"
    return f"{'=' * 20} {words} in {seconds:.2f}s {'=' * 20}"


def _bench() -> bool:
    programs = [
        file.stem
        for file in sorted((state.ROOT / "benchmarks").glob("*.py"))
        if '__name__ == "__main__"' in file.read_text("utf-8")
    ]
    results = [_run(name, ["-m", f"benchmarks.{name}"]) for name in programs]
    return all(results)


def _prove(what: str) -> bool:
    if what == "bench":
        return _bench()
    began = time.monotonic()
    reports = [state.state_folder(test=True) / f"{name}.xml" for name in ("tests", "browser")]
    results = [_run(title, words) for title, words in _CHECKS.items()]
    processors = min(os.cpu_count() or 1, _MOST_AT_ONCE)
    # One process more than processors: some tests only wait, for a launcher or a worker. A test
    # in the browser keeps its server and Chromium busy besides.
    results.append(_tests("测试", ["not browser"], reports[0], processors + 1))
    if what == "all":
        # Playwright's loop makes Django think it is asked from asynchronous code.
        asynchronous = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        results.append(
            _tests("浏览器测试", ["browser", "tests/browser"], reports[1], processors, asynchronous)
        )
    print(f"\n{_closing_line(reports[: 2 if what == 'all' else 1], time.monotonic() - began)}")
    return all(results)


def main() -> int:
    """0 when every proof holds."""
    for name in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA"):
        os.environ.pop(name, None)
    # The tests start hundreds of processes; each would compile the whole product for itself.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    what = sys.argv[1] if sys.argv[1:] else "all"
    cluster = Cluster(test=True)
    try:
        ours = cluster.start(as_child=True) is not None
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        return 0 if _prove(what) else 1
    finally:
        if ours:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
