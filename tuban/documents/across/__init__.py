"""两件对照: two documents held against each other. One module a subject; `compare` puts them together.

Spans of a finding carry in `documents` which document they lie in: 0 the first, 1 the second.
Two plans of different places may differ: that is a variant, told as a note. Two plans of one place,
or of a place and the one above it, may not.
"""
