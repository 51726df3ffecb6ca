"""Places by themselves (GL: on the map, DL: on diagrams) of a model that is in the graph already.

Each entity keeps what its own load said, and which load it came from; only its places change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.cim.drawings import Drawings
from loaders.cim.identity import Keyed, Known, thing_of
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.places import Places
from loaders.cim.profiles import Profile
from loaders.cim.sets import needs_eq
from loaders.cim.texts import Text
from loaders.report import LoadReport
from schema.diagrams import diagram_of
from schema.entity import Entity
from schema.grid import ACLineSegment, Drawn, Located
from schema.words import say


def read_places(texts: Sequence[Text], report: LoadReport, known: Known, keyed: Keyed) -> Iterator[Entity]:
    """Every entity that the GL texts give another place. Raises LoadError if they speak of none."""
    model = Model(texts, report, Profile.GL)
    places, met = Places(model), 0
    for item, thing, location in _placed(model):
        entity = thing_of(known, keyed, Located, thing)
        if not isinstance(entity, Located):
            reason = say("the graph holds nothing of this identity that has a place")
            remedy = say("Load it together with the EQ file of its own model.")
            model.find(item, "Location.PowerSystemResources", thing, reason, remedy)
            continue
        met += 1
        changed = _moved(entity, places, location)
        yield from [] if changed == entity else [changed]
    _close(model, Profile.GL, met)


def read_drawings(texts: Sequence[Text], report: LoadReport, known: Known, keyed: Keyed) -> Iterator[Entity]:
    """Every entity that the DL texts draw otherwise; on diagrams that they do not hold all stays. Raises as above."""
    model = Model(texts, report, Profile.DL)
    drawings = Drawings(model, lambda key: thing_of(known, keyed, Drawn, key) is not None)
    for key in drawings.things():
        entity = thing_of(known, keyed, Drawn, key)
        if isinstance(entity, Drawn):
            changed = _redrawn(entity, drawings.of(key))
            yield from [] if changed == entity else [changed]
    _close(model, Profile.DL, len(drawings.things()))


def _close(model: Model, profile: Profile, met: int) -> None:
    if not met:
        raise needs_eq(next(text for text in model.texts if text.profile is profile))
    model.close()


def _placed(model: Model) -> Iterator[tuple[CimObject, str, str]]:
    """What names a place: the element, the thing that is there, and its location."""
    for location in model.each("Location"):
        yield from ((location, thing, location.key) for thing in location.all_of("PowerSystemResources"))
    for item in model.objects.values():
        if (named := item.values.get("Location")) and item.cls != "PositionPoint":
            yield item, item.named, named


def _moved(entity: Located, places: Places, location: str) -> Located:
    first, last = places.at(location)
    if first is None:
        return entity
    moved = replace(entity, longitude=first[0], latitude=first[1])
    if last is not None and isinstance(moved, ACLineSegment):
        return replace(moved, end_longitude=last[0], end_latitude=last[1])
    return moved


def _redrawn(entity: Drawn, now: Sequence[str]) -> Drawn:
    anew = {diagram_of(text) for text in now}
    kept = [text for text in entity.diagram_places if diagram_of(text) not in anew]
    return replace(entity, diagram_places=tuple(sorted((*kept, *now))))
