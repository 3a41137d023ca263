"""Reading and measuring boundary TXT files: `python -m benchmarks.boundaries [PARCELS]`.

Parcels of 5 to 29 vertices (17 on average, edges up to some 200 m) are written as GB18030 text and
read back with every check and both areas. Beside seconds: growth from a tenth of the size, and the
ratio to a named baseline on the same bytes, which only decodes, splits lines and turns the two
coordinates of each row into floats. The goal is judged by the CPU time of the one process, which is
its wall time on a machine that does nothing else; wall time is shown beside it.
"""

from __future__ import annotations

import gc
import math
import random
import resource
import sys
import time
from statistics import median

from benchmarks.scratch import exponent
from tuban.geodata.txt import read

GOAL_SECONDS = 10.0
_HEADER = (
    "[属性描述]\r\n格式版本号=1.00\r\n数据产生单位=测速单位\r\n数据产生日期=2024-06-30\r\n"
    "坐标系=2000国家大地坐标系\r\n几度分带=3\r\n投影类型=高斯克吕格\r\n计量单位=米\r\n带号=37\r\n"
    "精度=0.001\r\n转换参数=,,,,,,\r\n[地块坐标]\r\n"
)


def boundaries(parcels: int, seed: int = 7) -> bytes:
    """A file of so many star-shaped parcels on a 600 m grid in zone 37, areas declared truly."""
    rng = random.Random(seed)
    rows = [_HEADER]
    across = math.ceil(math.sqrt(parcels))
    for number in range(parcels):
        east = 37_380_000 + 600 * (number % across)
        north = 4_300_000 + 600 * (number // across)
        vertices = rng.randrange(5, 30)
        points = []
        for k in range(vertices):
            turn = -2 * math.pi * k / vertices
            radius = rng.uniform(120, 280)
            points.append(
                (
                    round(north + radius * math.sin(turn), 3),
                    round(east + radius * math.cos(turn), 3),
                )
            )
        hectares = _shoelace(points) / 10_000
        rows.append(
            f"{vertices + 1},{hectares:.4f},DK-{number:06d},测速地块{number},面,J49G010029,"
            "工业用地,,@\r\n"
        )
        rows += [f"J{k},1,{x:.3f},{y:.3f}\r\n" for k, (x, y) in enumerate(points, 1)]
        rows.append(f"J1,1,{points[0][0]:.3f},{points[0][1]:.3f}\r\n")
    return "".join(rows).encode("gb18030")


def _shoelace(points: list[tuple[float, float]]) -> float:
    x0, y0 = points[0]
    near = [(x - x0, y - y0) for x, y in points]
    return abs(
        sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(near, near[1:] + near[:1], strict=True))
        / 2
    )


def baseline(data: bytes) -> int:
    """`str.splitlines` and two floats a row: what any reader must at least do."""
    made = []
    for line in data.decode("gb18030").splitlines():
        fields = line.split(",")
        if len(fields) == 4:
            made.append((float(fields[3]), float(fields[2])))
    return len(made)


def cost(data: bytes, rounds: int) -> tuple[float, float, float]:
    """Median CPU seconds of a read, of the baseline, and median wall seconds of a read."""
    ours, theirs, wall = [], [], []
    for _ in range(rounds):
        gc.collect()
        began, clock = time.process_time(), time.perf_counter()
        read(data, "测速.txt")
        ours.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
        began = time.process_time()
        baseline(data)
        theirs.append(time.process_time() - began)
    return median(ours), median(theirs), median(wall)


def main() -> int:
    """Prints the figures; 1 when the goal is missed or something is found in sound files."""
    parcels = int(sys.argv[1]) if sys.argv[1:] else 100_000
    small, large = boundaries(parcels // 10), boundaries(parcels)
    made = read(small, "测速.txt")
    if made.findings or len(list(made.usable())) != parcels // 10:
        print(f"a sound file is not read as one: {made.findings[:3]}")
        return 1
    few, few_base, _ = cost(small, 5)
    many, many_base, wall = cost(large, 3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{parcels} parcels, {len(large) / 1e6:.1f} MB: read and measured in {many:.2f} s of CPU"
        f" (goal {GOAL_SECONDS:.0f}), {wall:.2f} s of wall, {many / parcels * 1e6:.1f} µs a parcel\n"
        f"growth from {parcels // 10}: exponent {exponent((1, few), (10, many)):.2f}"
        f" (baseline {exponent((1, few_base), (10, many_base)):.2f})\n"
        f"ratio to splitlines + float: {many / many_base:.2f} ({many_base:.2f} s)\n"
        f"peak memory {memory:.0f} MB"
    )
    return 0 if many < GOAL_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
