"""Places on diagrams (DiagramLayout, IEC 61970-453): which symbols and lines stand for a thing, and where.

Diagram d  name=单线图 orientation=negative
DiagramObject o  Diagram=#d IdentifiedObject=#Q1          Q1 -> "单线图: 120 80"
DiagramObjectPoint p  DiagramObject=#o xPosition=120 yPosition=80
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.units import number
from schema.diagrams import DiagramPoint, drawn
from schema.words import say


class Drawings:
    """What is drawn of each thing, by its key. `has_place` tells whether a key is of something that keeps it."""

    def __init__(self, model: Model, has_place: Callable[[str], bool]) -> None:
        self._model = model
        self._names = _names(model)
        self._points = model.parts("DiagramObjectPoint", "DiagramObject")
        self._of: dict[str, set[str]] = defaultdict(set)
        others: list[CimObject] = []
        for item in model.each("DiagramObject"):
            thing = item.values.get("IdentifiedObject", "")
            if has_place(thing):
                self._draw(item, thing)
            else:
                others += [item, *self._points.get(item.key, ())]
        model.leave_out_objects(others, say("it is drawn for something that has no place on a diagram here"))

    def _draw(self, item: CimObject, thing: str) -> None:
        points = sorted(self._points.get(item.key, ()), key=self._order)
        known = [place for point in points if (place := self._place(point, item.values["Diagram"])) is not None]
        if known:
            self._of[thing].add(drawn(self._names[item.values["Diagram"]], known))

    def _order(self, point: CimObject) -> float:
        return number(self._model, point, "sequenceNumber") or 0.0

    def _place(self, point: CimObject, diagram: str) -> DiagramPoint | None:
        x = number(self._model, point, "xPosition", signed=True)
        y = number(self._model, point, "yPosition", signed=True)
        if x is None or y is None:
            return None
        upwards = self._model.objects[diagram].values.get("orientation", "").endswith("positive")
        return x, -y if upwards else y

    def of(self, key: str) -> tuple[str, ...]:
        """Its places in the order of their texts; none where nothing is drawn of it."""
        return tuple(sorted(self._of.get(key, ())))

    def things(self) -> tuple[str, ...]:
        """Keys of all that is drawn."""
        return tuple(self._of)


def _names(model: Model) -> Mapping[str, str]:
    """What each diagram is called, by its key: its name, with its identity where another has the same."""
    named = {item.key: " ".join(item.values.get("name", "").split()) for item in model.each("Diagram")}
    count = Counter(named.values())
    return {
        item.key: f"{name} ({item.named})".strip() if count[name := named[item.key]] > 1 or not name else name
        for item in model.each("Diagram")
    }
