"""坐标读法: what a boundary file does not say of its coordinates, asked with the fitting answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tuban.parcels.desk.kinds import AnswerRefused
from tuban.parcels.imports.boundaries.asking import ASKS
from tuban.parcels.models import Upload


@dataclass(frozen=True, slots=True)
class Answer:
    """One radio button. `rare`: fits the numbers, but hardly the place."""

    value: str
    label: str
    chosen: bool
    rare: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `error`: what is wrong with what was posted."""

    name: str
    text: str
    answers: tuple[Answer, ...]
    error: str

    @property
    def usual(self) -> tuple[Answer, ...]:
        """The likely ones."""
        return tuple(answer for answer in self.answers if not answer.rare)

    @property
    def rare(self) -> tuple[Answer, ...]:
        """The others, folded away."""
        return tuple(answer for answer in self.answers if answer.rare)

    @property
    def unfolded(self) -> bool:
        """Whether one of the others has been chosen."""
        return any(answer.chosen for answer in self.rare)


@dataclass(frozen=True, slots=True)
class CoordinatesQuestion:
    """All questions of a boundary file, answered together."""

    asks: str
    questions: tuple[Asked, ...]
    refused: AnswerRefused | None


def put(upload: Upload) -> list[dict[str, Any]]:
    """Questions the file has put: those that are open, or all that were ever answered."""
    for offer in upload.offers:
        if offer["asks"] == ASKS:
            return list(offer["questions"])
    return list(upload.mapping.get("questions", []))


def show(
    upload: Upload, posted: QueryDict | None, refused: AnswerRefused | None
) -> CoordinatesQuestion:
    """What the partial shows; nothing is chosen before somebody has chosen it."""
    given = upload.choices.get(ASKS, {})
    asked = []
    for question in put(upload):
        name = question["asks"]
        chosen = posted.get(name, "") if posted is not None else given.get(name, "")
        answers = tuple(
            Answer(
                answer["value"],
                answer["label"],
                answer["value"] == chosen,
                bool(answer.get("rare")),
            )
            for answer in question["answers"]
        )
        missing = posted is not None and not any(answer.chosen for answer in answers)
        error = "请选一项。" if missing else ""
        asked.append(Asked(name, question["text"], answers, error))
    return CoordinatesQuestion(ASKS, tuple(asked), refused)


def read(upload: Upload, posted: QueryDict) -> dict[str, Any]:
    """The answers, one for each question, together with those given before.

    Raises:
        AnswerRefused: A question is left without an answer, or has one that was not offered.
    """
    given = dict(upload.choices.get(ASKS, {}))
    for question in put(upload):
        value = posted.get(question["asks"], "")
        if value not in {answer["value"] for answer in question["answers"]}:
            raise AnswerRefused(
                "还有问题没有答复，没有重新读取。",
                cause=f"“{question['text']}”没有选定。",
                remedy="请逐项选定；不能确定的，选“不能确定”。",
            )
        given[question["asks"]] = value
    return given
