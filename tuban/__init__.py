"""Tuban 图斑: the working ledger of a land bureau for thrifty and intensive use of land.

Pure packages stand at the bottom (`values`, `law`, `documents`), Django apps above them; see
docs/architecture.md. Importing this package imports nothing else.
"""

__version__ = "0.1.0"
