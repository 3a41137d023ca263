"""What a source is taken apart into before one text is made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of a txt file or one paragraph of a docx, as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. Cells are stripped; a blank cell is an empty string here."""

    cells: tuple[str, ...]


Block = Paragraph | Row


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the normalised text: a paragraph, or a table row with its cells.

    Attributes:
        start: offset of the first character in the text.
        cells: half-open spans of the cells, empty for a paragraph.
    """

    start: int
    text: str
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def end(self) -> int:
        """Offset behind the last character, the line break not included."""
        return self.start + len(self.text)

    @property
    def is_row(self) -> bool:
        """Whether the line is a row of a table."""
        return bool(self.cells)


@dataclass(frozen=True, slots=True)
class Source:
    """A file taken apart.

    Attributes:
        unnumbered: first words of paragraphs whose automatic number the file no longer defines.
    """

    blocks: list[Block]
    unnumbered: tuple[str, ...] = ()
