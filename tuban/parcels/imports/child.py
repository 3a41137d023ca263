"""The child process that reads a delivered file: `python -m tuban.parcels.imports.child NAME SECONDS BYTES CHOICES`.

It gets the file on its standard input and limits on its own resources before it looks at it, and
answers on its standard output. It knows no Django, no database and no settings, and once the
limits hold it can open no file and no connection, and write none.
"""

from __future__ import annotations

import codecs
import os
import resource
import sys
from collections.abc import Callable, Iterator
from typing import IO

from tuban.parcels.imports import wire, workbook
from tuban.parcels.imports.boundaries import is_boundary_name
from tuban.parcels.imports.problems import Unreadable

Reader = Callable[[bytes, str, str], Iterator[wire.Message]]
"""Called with the file, its name and the sender's choices."""

CPU_SECONDS = 60
MEMORY_BYTES = 640 * 1024 * 1024
"""Address space: an ordinary ledger of 100,000 rows × 30 columns stays below 400 MB."""
OUT_OF_MEMORY = 3
_NEEDED_CODECS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "cp437")


def main(arguments: list[str]) -> int:
    """Reads the file on standard input; 0 also when it was refused."""
    name, cpu_seconds, memory_bytes, choices = arguments
    read = _boundaries() if is_boundary_name(name) else _table
    limit(int(cpu_seconds), int(memory_bytes))
    try:
        _answer(read, name, choices, sys.stdout.buffer)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """Binds this process; the limits cannot be loosened again by an ordinary user."""
    for codec in _NEEDED_CODECS:
        codecs.lookup(codec)  # nothing can be loaded once the limits hold
    lowest_free = os.dup(0)
    os.close(lowest_free)
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, lowest_free),
    ):
        resource.setrlimit(kind, (most, most))


def _table(content: bytes, name: str, choices: str) -> Iterator[wire.Message]:
    """Reads a table; which column is what is asked later."""
    del choices
    return wire.messages(workbook.open_book(content, name))


def _boundaries() -> Reader:
    """The reader of boundary files, with all that it needs at hand."""
    from tuban.parcels.imports.boundaries import child

    child.warm_up()
    return child.answer


def _answer(read: Reader, name: str, choices: str, answer: IO[bytes]) -> None:
    try:
        for message in read(sys.stdin.buffer.read(), name, choices):
            answer.write(wire.line(message))
    except Unreadable as error:
        answer.write(wire.line(wire.refusal(error)))
    answer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
