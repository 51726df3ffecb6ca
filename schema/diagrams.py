"""Where a thing stands on diagrams: a text for each of its symbols and lines, "diagram: x y, x y".

    "滨江变 单线图: 120 80"              a symbol
    "城区配网图: 120 80, 120 140, 200 140"  a line of three points

x grows to the right and y downwards, as on a screen; the unit is the diagram's own.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated

from schema.checked import Check
from schema.entity import Label
from schema.words import say

DiagramPoint = tuple[float, float]
"""x to the right, y downwards."""


def drawn(diagram: str, points: Iterable[DiagramPoint]) -> str:
    """The text of one symbol or line."""
    return f"{diagram}: " + ", ".join(f"{x + 0.0:.12g} {y + 0.0:.12g}" for x, y in points)


def diagram_of(text: str) -> str:
    """The diagram that a text speaks of."""
    return text.rpartition(": ")[0]


def points_of(text: str) -> list[DiagramPoint]:
    """Its points, in order. Raises ValueError for what is no such text."""
    diagram, _, points = text.rpartition(": ")
    if not diagram:
        raise ValueError(_unlike(text))
    return list(_points(text, points))


def _points(text: str, points: str) -> Iterator[DiagramPoint]:
    for point in points.split(","):
        try:
            x, y = map(float, point.split())
        except ValueError as error:
            raise ValueError(_unlike(text)) from error
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(_unlike(text))
        yield x, y


def _unlike(text: str) -> str:
    return say('{text!r} is no place on a diagram; one is written as "diagram: x y, x y"', text=text)


def _read(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        points_of(text)
    return texts


DiagramPlaces = Annotated[
    tuple[str, ...],
    Check(_read),
    Label(
        "图上位置",
        "在各图形上的位置，每个图元一条，形如“图名: x y, x y”，x 向右，y 向下，单位由图形自定。 "
        'Places on diagrams, one for each symbol or line, as "diagram: x y, x y"; x to the right, y downwards, in the '
        "diagram's own unit.",
    ),
]
