"""A GeographicalLocation by itself: places of a model that is in the graph already.

Each entity keeps what its own load said, and which load it came from; only its place changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.places import Places
from loaders.cim.profiles import Profile
from loaders.cim.sets import needs_eq
from loaders.cim.texts import Text
from loaders.source import Reading
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import ACLineSegment, Located
from schema.words import say


def read_places(texts: Sequence[Text], reading: Reading) -> Iterator[GraphBatch]:
    """Every entity of the graph that the GL texts give another place. Raises LoadError if they speak of none."""
    given = [text for text in texts if text.profile is Profile.GL]
    model = Model(given, reading.report, Profile.GL)
    places, batch, met = Places(model), GraphBatch(), 0
    for item, thing, location in _placed(model):
        entity = _known(reading, thing)
        if not isinstance(entity, Located):
            reason = say("the graph holds nothing of this identity that has a place")
            remedy = say("Load it together with the EQ file of its own model.")
            model.find(item, "Location.PowerSystemResources", thing, reason, remedy)
            continue
        met += 1
        changed = _moved(entity, places, location)
        batch.entities += [] if changed == entity else [changed]
    if not met:
        raise needs_eq(given[0])
    model.close()
    yield batch


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


def _known(reading: Reading, thing: str) -> Entity | None:
    """The entity of the graph of an identity, in whatever way its id is written."""
    for name in (thing, f"_{thing}", thing.upper(), f"_{thing.upper()}"):
        found = reading.entity(name)
        if found is not None:
            return found
    return None
