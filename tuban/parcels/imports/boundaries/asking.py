"""待答复 of a boundary file: what it does not say about its coordinates, and the sender's answers.

The district's usual zone is offered first and never taken in silence. Answers are kept in
`Upload.choices` as they were posted, question by question; a question may also be left open, and
the parcels it concerns are then errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuban.geodata.crs import DISTRICT_ZONES, Zone
from tuban.parcels.imports.asking import Asked
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.boundaries.model import Delivered

ASKS = BOUNDARY
"""Name of the questions: `offer["asks"]`, and the key of their answers in `Upload.choices`."""
NEAR_DEGREES = 3
"""Between central meridians: one 3-degree zone on."""
LEAVE = "leave"
_LEFT = {"value": LEAVE, "label": "不能确定：有关地块不登记，列为错误"}
_YES = "true"

Question = dict[str, Any]
"""`{"asks", "text", "answers": [{"value", "label"}]}`, as `geodata.Offer.to_json` gives it."""


def choices(given: dict[str, str]) -> dict[str, Any]:
    """Answers as the reader in the child takes them; what was left open is not among them."""
    answered = {asks: value for asks, value in given.items() if value != LEAVE}
    made: dict[str, Any] = {}
    for asks, value in answered.items():
        if asks == "zone":
            made[asks] = int(value)
        elif asks == "swap_axes":
            made[asks] = value == _YES
        else:
            made[asks] = value
    return made


def ask(
    file: Delivered, given: dict[str, str], earlier: Iterable[Question], region_code: str
) -> list[Question]:
    """All questions the file has ever put, the open ones newest.

    Args:
        file: As read with the answers given.
        given: The answers.
        earlier: Questions put before; an answered question is not put by the reader again.
        region_code: The sender's region, whose usual zone comes first.

    Raises:
        Asked: Some question has no answer yet.
    """
    put = {question["asks"]: question for question in earlier}
    put |= {offer["asks"]: _question(offer, region_code) for offer in file.offers}
    questions = list(put.values())
    unanswered = [offer for offer in file.offers if offer["asks"] not in given]
    if unanswered:
        said = "".join(offer["text"] for offer in unanswered)
        raise Asked(
            [{"asks": ASKS, "questions": questions}],
            f"文件没有写明，须由上传岗位指明后才能读取：{said}",
            mapping={"file": file.about, "questions": questions},
        )
    return questions


def _question(offer: Question, region_code: str) -> Question:
    """The reader's offer as the desk puts it: the usual zone first, and a way to leave it open."""
    answers = offer["answers"]
    if offer["asks"] == "zone":
        answers = _zones(answers, region_code)
    return {**offer, "answers": [*answers, _LEFT]}


def _zones(answers: list[dict[str, str]], region_code: str) -> list[dict[str, Any]]:
    """The usual zone, then by the distance of central meridians; far ones are marked as rare."""
    usual = DISTRICT_ZONES.get(region_code)
    near = {zone for code, zone in DISTRICT_ZONES.items() if code[:4] == region_code[:4]}
    if usual is None and not near:
        return list(answers)
    middles = [3 * zone for zone in ([usual] if usual is not None else sorted(near))]

    def away(answer: dict[str, str]) -> int:
        middle = Zone(int(answer["value"]), prefixed=False).central_meridian
        return min(abs(middle - other) for other in middles)

    ranked = sorted(answers, key=lambda answer: (int(answer["value"]) != usual, away(answer)))
    return [_marked(answer, int(answer["value"]) == usual, away(answer)) for answer in ranked]


def _marked(answer: dict[str, str], is_usual: bool, away: int) -> dict[str, Any]:
    label = f"{answer['label']}（本旗区常用）" if is_usual else answer["label"]
    return {"value": answer["value"], "label": label, "rare": away > NEAR_DEGREES}
