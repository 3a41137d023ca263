"""What stops a file from being used, said so that a clerk can act on it."""

from __future__ import annotations


class UnusableFile(Exception):
    """A file that could not be used at all; the packages that read files derive their own.

    Args:
        message: Chinese sentence: what is wrong.
        code: stable English identifier, e.g. `document.encrypted`.
        place: which file, sheet, layer or line.
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
