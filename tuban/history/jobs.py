"""What the worker has to know: the record as a kind of export."""

from tuban.history.export import HISTORY

__all__ = ["HISTORY"]
