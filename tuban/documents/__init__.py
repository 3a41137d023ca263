"""公文: read an official plan (txt, docx) into clauses, tasks, targets, tables and findings.

Pure: no Django, no clock, no database. `read(path_or_bytes, name)` gives a `Reading`; every part of
it keeps the span of the normalised text it came from. `compare` and `agree` hold two readings
against each other. Reading proposes; a person confirms.

The way of the data: `sources` (bytes → blocks) → `normalise` and `wraps` (blocks → one text, one
paragraph or table row a line) → `layout` (what each line belongs to) → `header`, `clauses`,
`tasks`, `tables`, `figures` → `checks` (of one document), `arithmetic` (of its tables), `across`
(of two documents).
"""

from tuban.documents.compare import agree, compare
from tuban.documents.errors import DocumentError
from tuban.documents.reader import read

__all__ = ["DocumentError", "agree", "compare", "read"]
