"""Constraints and indexes of a database that is a store: what the store needs, and what planners ask by.

A planner asks for (:Customer {id: ...}) or by name: Neo4j does not know that each Customer is an _Entity too, so each
kind has its own. A thing without a name costs its index nothing.
"""

from __future__ import annotations

from graph_api.stores.neo4j.mapping import PLACES
from schema.registry import CLASS_OF, EntityKind
from schema.relationships import RelationshipKind

# properties that the cookbook begins with, by kind
_ASKED = (
    (EntityKind.CUSTOMER, "importance"),
    (EntityKind.PLAN_VERSION, "review_due"),
    (EntityKind.ASSIGNMENT, "role"),
    (EntityKind.ASSIGNMENT, "valid_to"),
    (EntityKind.LOAD, "security"),
)
# kinds that are looked for around a place
_AROUND = (EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION, EntityKind.SITE, EntityKind.ACCESS_POINT)
NAMES = "baodian_names"
"""The full-text index of names and aliases; it is a moment behind, so that no commit waits for it."""


def _unique(name: str, label: str, property: str) -> tuple[str, str]:
    return name, f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{property} IS UNIQUE"


def _index(name: str, label: str, *properties: str) -> tuple[str, str]:
    return name, f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON ({', '.join(f'n.{one}' for one in properties)})"


def _of_kind(kind: EntityKind, property: str) -> tuple[str, str]:
    return _index(f"baodian_{kind.lower()}_{property}", kind.label, property)


def _around(kind: EntityKind) -> tuple[str, str]:
    name = f"baodian_{kind.lower()}_place"
    return name, f"CREATE POINT INDEX {name} IF NOT EXISTS FOR (n:{kind.label}) ON (n.place)"


def _properties() -> list[str]:
    fields = {field for cls in CLASS_OF.values() for field in cls.__dataclass_fields__}
    pairs = {field for pair in PLACES.values() for field in pair}
    return sorted((fields - pairs - {"load", "row"}) | {*PLACES, "_load", "_row", "key", "revision"})


DERIVED_TYPES = ("FEEDS", "SUPPLIED_BY")
NAMED: dict[str, list[str]] = {
    "db.createLabel": [*(kind.label for kind in EntityKind), "PositionReport"],
    "db.createRelationshipType": [*(kind.value for kind in RelationshipKind), *DERIVED_TYPES],
    "db.createProperty": _properties(),
}
"""What the schema has names for, by procedure: the database is told all of them, or it warns whoever asks for what it
happens to have none of. The labels of kinds are so older than `_Entity`, and told before it."""

CONSTRAINTS = dict(
    [
        _unique("baodian_id", "_Entity", "id"),
        _unique("baodian_meta", "_Meta", "one"),
        _unique("baodian_change", "_Change", "revision"),
        _unique("baodian_request", "_Request", "id"),
        _unique("baodian_kept", "_Kept", "id"),
        _unique("baodian_document", "_Document", "name"),
        _unique("baodian_load", "_Load", "id"),
        _unique("baodian_derived", "_Derived", "one"),
        _unique("baodian_position_report", "PositionReport", "id"),
    ]
)
INDEXES = dict(
    [
        *(_of_kind(kind, property) for kind in EntityKind for property in ("id", "name")),
        *(_of_kind(kind, property) for kind, property in _ASKED),
        *(_around(kind) for kind in _AROUND),
        _index("baodian_position_report_at", "PositionReport", "switch", "at"),
        _index("baodian_staged", "_Staged", "load", "place"),
        _index("baodian_change_at", "_Change", "at"),
        _index("baodian_request_at", "_Request", "at"),
        (
            NAMES,
            f"CREATE FULLTEXT INDEX {NAMES} IF NOT EXISTS FOR (n:_Entity) ON EACH [n.name, n.aliases] OPTIONS "
            "{indexConfig: {`fulltext.analyzer`: 'cjk', `fulltext.eventually_consistent`: true}}",
        ),
    ]
)
SCHEMA = INDEXES | CONSTRAINTS
