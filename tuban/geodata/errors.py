"""What stops a spatial file from being read or written, said so that a clerk can act on it."""

from __future__ import annotations


class GeodataError(Exception):
    """A file, or a coordinate system, that could not be used at all.

    Args:
        message: Chinese sentence: what is wrong.
        code: stable English identifier, e.g. `geodata.not_text`.
        place: which file, layer or line.
        remedy: Chinese sentence: what to do now.
    """

    def __init__(self, message: str, *, code: str, place: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.place}：{self.message}{self.remedy}"

    def to_json(self) -> dict[str, str]:
        """The four parts, for `--json` and for pages."""
        return {
            "code": self.code,
            "message": self.message,
            "place": self.place,
            "remedy": self.remedy,
        }
