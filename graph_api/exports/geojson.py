"""What has a place as GeoJSON (RFC 7946, WGS 84): points and lines, with the fields that the schema has of them.

`baodian load` reads the same file back: kind, id and fields are properties, the geometry is the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from graph_api.readmodel.snapshot import Snapshot
from graph_api.whole_file import whole
from schema.codec import properties
from schema.entity import Entity
from schema.grid import ACLineSegment, Located
from schema.registry import KINDS, EntityKind

PLACED = tuple(kind for kind in KINDS if issubclass(kind.cls, Located))
"""Kinds that may have a place."""
_NOT_TOLD = frozenset({"load", "row", "overrides", "longitude", "latitude", "end_longitude", "end_latitude"})


def to_geojson(graph: Snapshot, kinds: Collection[EntityKind] = PLACED) -> dict[str, Any]:
    """A FeatureCollection of everything of these kinds that has coordinates, by kind and id."""
    features = []
    for kind in PLACED:
        if kind in kinds:
            things = sorted((graph.entity(index) for index in graph.of_kind(kind)), key=lambda each: each.id)
            features += [_feature(kind, each, shape) for each in things if (shape := _geometry(each)) is not None]
    return {"type": "FeatureCollection", "features": features}


def write_geojson(made: dict[str, Any], out: Path) -> Counter[str]:
    """Write it, whole or not at all; features by kind."""
    with whole(out) as draft:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
    return Counter(each["properties"]["kind"] for each in made["features"])


def _feature(kind: EntityKind, entity: Entity, shape: dict[str, Any]) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in properties(entity).items() if name not in _NOT_TOLD}
    return {"type": "Feature", "id": entity.id, "geometry": shape, "properties": {"kind": kind.label, **told}}


def _geometry(entity: Entity) -> dict[str, Any] | None:
    """The place of a thing: a line where both its ends are known, else a point; None for what has none."""
    if not isinstance(entity, Located) or entity.longitude is None or entity.latitude is None:
        return None
    start = [entity.longitude, entity.latitude]
    if isinstance(entity, ACLineSegment) and entity.end_longitude is not None and entity.end_latitude is not None:
        return {"type": "LineString", "coordinates": [start, [entity.end_longitude, entity.end_latitude]]}
    return {"type": "Point", "coordinates": start}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
