"""全部重建: the phases of every parcel derived again, by several processes, slice by slice.

The record is cut into slices of parcels, kept in a table. Each process takes the next open slice,
rebuilds it and closes it in one transaction, so that a run that was killed goes on where it was,
memory does not grow with the record, and a slice is done once, whoever takes it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass

import django
from django.db import connection, transaction

from tuban.law.rules import LAW_VERSION
from tuban.parcels import phases
from tuban.parcels.models import RebuildSlice

SLICE = 2_000
_LOOK_SECONDS = 1.0

_CUT = """
    INSERT INTO parcels_rebuildslice (first, last, parcels, law_version, done)
    SELECT min(id), max(id), count(*), %s, false
      FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS slice FROM parcels_parcel) p
     GROUP BY slice
"""
_LOCK_PARCELS = """
    SELECT id FROM parcels_parcel WHERE id BETWEEN %s AND %s ORDER BY id FOR NO KEY UPDATE
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come, in parcels.

    Attributes:
        resumed: Of those done, how many an earlier, interrupted run did.
    """

    done: int
    total: int
    resumed: int


Tell = Callable[[Progress], None]


def _nobody(progress: Progress) -> None:
    """Nobody wants to hear it."""


def rebuild_all(processes: int = 1, tell: Tell = _nobody) -> Progress:
    """Rebuilds the phases of every parcel; goes on with a run that was interrupted.

    A parcel added meanwhile has its phases from whoever added it.

    Args:
        processes: At work beside this one; 1 works here, in this very process.
        tell: Called about once a second.
    """
    _open_slices()
    begun = _progress(0)
    if processes <= 1:
        while _rebuild_next():
            tell(_progress(begun.done))
    else:
        with _pool(processes) as pool:
            working = {pool.submit(_rebuild_slices) for _ in range(processes)}
            while wait(working, timeout=_LOOK_SECONDS).not_done:
                tell(_progress(begun.done))
            for process in working:
                process.result()  # raises what went wrong there
    ended = _progress(begun.done)
    if ended.done == ended.total:
        RebuildSlice.objects.all().delete()
        _sweep()
    return ended


def _sweep() -> None:
    """Frees the room of the old phases and has the planner know the new ones.

    Without it a map or a search reads the whole table until the server sweeps of its own accord.
    It cannot be done within a caller's transaction and is then left to the server.
    """
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) parcels_parcelphase")


def differing(processes: int = 1, tell: Tell = _nobody) -> list[int]:
    """Parcels whose stored phases are not what the law derives from their facts, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id), count(*) FROM (SELECT id, (row_number() OVER (ORDER BY id)"
            " - 1) / %s AS slice FROM parcels_parcel) p GROUP BY slice ORDER BY 1",
            [SLICE],
        )
        slices = cursor.fetchall()
    total, done, wrong = sum(count for *_, count in slices), 0, list[int]()
    for count, found in _compared(slices, processes):
        done += count
        wrong += found
        tell(Progress(done, total, 0))
    return sorted(wrong)


def default_processes() -> int:
    """One for each processor this process may use, four at most."""
    return min(len(os.sched_getaffinity(0)), 4)


def _open_slices() -> None:
    """Cuts the record anew, unless a run under the same rules was interrupted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE parcels_rebuildslice IN EXCLUSIVE MODE")
        if RebuildSlice.objects.filter(done=False, law_version=LAW_VERSION).exists():
            return
        RebuildSlice.objects.all().delete()
        cursor.execute(_CUT, [LAW_VERSION, SLICE])


def _rebuild_next() -> bool:
    """Rebuilds the next open slice; False when none is left.

    Its parcels are locked first: a fact recorded meanwhile waits, and is not overwritten by
    phases that do not know it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        taken = (
            RebuildSlice.objects.select_for_update(skip_locked=True)
            .filter(done=False)
            .order_by("first")
            .first()
        )
        if taken is None:
            return False
        cursor.execute(_LOCK_PARCELS, [taken.first, taken.last])
        phases.rebuild(pk for (pk,) in cursor.fetchall())
        taken.done = True
        taken.save(update_fields=("done",))
    return True


def _progress(resumed: int) -> Progress:
    counts = list(RebuildSlice.objects.values_list("parcels", "done"))
    return Progress(
        sum(parcels for parcels, done in counts if done),
        sum(parcels for parcels, _ in counts),
        resumed,
    )


def _pool(processes: int) -> ProcessPoolExecutor:
    """Processes that share neither connection nor memory with this one."""
    return ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=django.setup
    )


def _rebuild_slices() -> None:
    """What each process does: slices until none is left, or the command was killed."""
    command = multiprocessing.parent_process()
    while command is not None and command.is_alive():
        if not _rebuild_next():
            return
    os._exit(1)


def _compared(
    slices: list[tuple[int, int, int]], processes: int
) -> Iterator[tuple[int, list[int]]]:
    """(parcels compared, those that differ) by slice."""
    if processes <= 1:
        yield from map(_compare, slices)
        return
    with _pool(processes) as pool:
        yield from pool.map(_compare, slices)


def _compare(part: tuple[int, int, int]) -> tuple[int, list[int]]:
    first, last, count = part
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM parcels_parcel WHERE id BETWEEN %s AND %s", [first, last])
        ids = [pk for (pk,) in cursor.fetchall()]
    return count, phases.differences(ids)
