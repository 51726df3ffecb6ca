"""Cypher that mends what others spoilt: back to what it was, as far as that is known; else it asks what it should be.

A statement that asks has a parameter: run as it stands it changes nothing (Neo4j misses the parameter), and in Browser
`:param label => 'Customer'` gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from neo4j.spatial import WGS84Point

from graph_api.stores.contract import StoredEntity
from graph_api.stores.neo4j.decoding import Unreadable
from graph_api.stores.neo4j.mapping import PACKED, THING, VERSION, kinds_of, node_properties
from schema.numbers import NOT_THERE


def mended(labels: Sequence[str], properties: Mapping[str, Any], unread: Unreadable, known: StoredEntity | None) -> str:
    """What makes this node readable; `known`: the entity that it was."""
    node, kinds = f"MATCH (n:{THING} {{id: {quoted(unread.id)}}})", kinds_of(tuple(labels))
    if known is None:
        return f"{node} {_asked(len(kinds), unread.field)}"
    if kinds != (known.kind,):
        wrong = "".join(f"REMOVE n:{kind.label} " for kind in kinds if kind is not known.kind)
        return f"{node} {wrong}SET n:{known.kind.label}"
    return f"{node} {_restored(unread, properties, node_properties(known.kind, known.body, NOT_THERE))}"


def _asked(kinds: int, field: str) -> str:
    if kinds == 0:
        return "SET n:$($label)"
    if kinds > 1:
        return "REMOVE n:$($label)"
    return f"SET n.{_name(field)} = $value" if field else "SET n += $properties"


def _restored(unread: Unreadable, properties: Mapping[str, Any], wanted: dict[str, Any]) -> str:
    """The property that is wrong as it was, or all of them where it is not known which one that is."""
    del wanted[VERSION]
    names = [unread.field] if unread.field else sorted(wanted.keys() | _added(properties, wanted))
    gone = [f"n.{_name(name)}" for name in names if name not in wanted]
    steps = [f"REMOVE {', '.join(gone)}"] if gone else []
    steps += [f"SET n.{_name(name)} = {_literal(wanted[name])}" for name in names if name in wanted and name != PACKED]
    if PACKED in names and PACKED in wanted:
        steps.append(f"WITH n MATCH (k:_Kept {{id: n.id}}) WHERE k.packed IS NOT NULL SET n.{PACKED} = k.packed")
    return " ".join(steps)


def _added(properties: Mapping[str, Any], wanted: Mapping[str, Any]) -> set[str]:
    return {name for name in properties if name not in wanted and name != VERSION}


def quoted(text: str) -> str:
    """A text as it stands in Cypher."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _name(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _literal(value: Any) -> str:
    if isinstance(value, WGS84Point):
        return f"point({{longitude: {_literal(value[0])}, latitude: {_literal(value[1])}}})"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, datetime):
        return f"datetime({quoted(value.isoformat())})"
    if isinstance(value, date):
        return f"date({quoted(value.isoformat())})"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).replace("e+", "e") if isinstance(value, int | float) else quoted(str(value))
