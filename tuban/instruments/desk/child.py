"""The child process that reads a plan: `python -m tuban.instruments.desk.child`.

It loads what reading needs, then waits. On its standard input come its orders, one line of JSON
(`name`, `cpu_seconds`, `memory_bytes`), and the file; it limits its own resources before it looks
at the file. It answers on its standard output, one JSON message a line: `{"stage", "share"}` while it reads, then
`{"reading"}` or `{"refused"}`. It knows no Django, no database and no settings.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tuban.documents.errors import DocumentError
from tuban.documents.reader import read
from tuban.parcels.imports.child import OUT_OF_MEMORY, limit


def main() -> int:
    """Reads the file on standard input; 0 also when it was refused, or when none came."""
    _warm_up()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0  # whoever kept this child has ended
    orders = json.loads(line)
    limit(orders["cpu_seconds"], orders["memory_bytes"])
    try:
        reading = read(sys.stdin.buffer.read(), orders["name"], _report)
    except DocumentError as error:
        _say({"refused": error.to_json()})
    except MemoryError:
        return OUT_OF_MEMORY
    else:
        _say({"reading": reading.to_json()})
    return 0


def _warm_up() -> None:
    """Loads what a reading loads late: no file can be opened once the limits hold."""
    import docx.templates  # noqa: F401
    import scipy.optimize  # noqa: F401

    read(_SMALL.encode(), "warm-up.txt")


_SMALL = """演府发〔2022〕1号
鄂尔多斯市人民政府关于印发演示方案的通知
各旗区人民政府：
现印发给你们。
鄂尔多斯市人民政府
2022年1月10日
演示方案
一、工作任务
（一）清理存量。
1.消化土地。2024年消化批而未供土地30亩。
责任单位：市自然资源局
完成时限：2024年12月31日前。
附件1
全市批而未供土地消化目标任务分解表
单位：亩
旗区\t2023年消化目标\t2024年消化目标\t合计
东胜区\t1.4\t2.4\t3.9
达拉特旗\t1.4\t2.4\t3.9
合计\t2.9\t4.9\t7.8
"""


def _report(stage: str, share: float) -> None:
    _say({"stage": stage, "share": share})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
