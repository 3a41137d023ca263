"""How much of a delivered file is borne: bytes, parts, rows, columns, characters."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 50 * MEGABYTE
MAX_XLS_BYTES = 30 * MEGABYTE
"""65,536 rows, the most an .xls sheet holds, with thirty columns stay below."""
MAX_ENTRIES = 10_000
MAX_DECLARED_BYTES = 200 * MEGABYTE
MAX_RATIO = 200
SMALL_ENTRY_BYTES = MEGABYTE
"""Below this a part's own ratio is of no interest: it is small, however well it packs."""
MAX_ROWS = 100_000
MAX_COLUMNS = 256
MAX_CELL_CHARACTERS = 32_767
"""A spreadsheet program holds no more in one cell."""
MAX_MERGED_ROWS = 2 * MAX_ROWS
"""Rows covered by merged ranges, each range counted by itself."""
MAX_RESULT_BYTES = 300 * MEGABYTE
"""What a reading may hand back."""
MAX_BOUNDARY_BYTES = 100 * MEGABYTE
"""100,000 parcels of 17 points are 63 MB."""
MAX_BOUNDARY_LINES = 3_500_000
MAX_BOUNDARY_LINE_BYTES = 64 * 1024
"""Of one line; a parcel's own line names a few map sheets at most."""
MAX_BOUNDARY_PARCELS = MAX_ROWS
