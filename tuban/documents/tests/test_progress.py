"""How far a reading has come, told while it goes on."""

from __future__ import annotations

import pytest

from tuban.documents import read
from tuban.documents.tests.samples import PLANS


def test_progress_rises_to_the_end_and_can_stop_the_reading() -> None:
    steps: list[tuple[str, float]] = []
    read(PLANS / "invented.txt", progress=lambda step, share: steps.append((step, share)))

    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert {"打开文件", "整理版面", "读任务", "读附表", "核对附表", "读完"} <= {s for s, _ in steps}

    class StoppedError(Exception):
        pass

    def stop(step: str, _share: float) -> None:
        if step == "读任务":
            raise StoppedError

    with pytest.raises(StoppedError):
        read(PLANS / "invented.txt", progress=stop)
