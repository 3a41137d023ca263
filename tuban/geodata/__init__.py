"""地理数据: boundary files in and out, coordinate systems, areas, geometry checks.

Pure: no Django, no clock, no database. Coordinates are (E, N) in metres or (lon, lat) in degrees;
only the boundary TXT and printed tables put X = northing first (data-standards.md 1 and 2.1).

The way of the data: `text` (bytes → lines) → `heads` and `loops` (lines → parcels and their loops)
→ `placing` (which coordinate system) → `nesting` (loops → shells and holes) → `measuring` (areas,
validity, declared against computed). `txt.read` walks it; `writer.write` goes back.
"""
