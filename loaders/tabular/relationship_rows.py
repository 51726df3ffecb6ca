"""Tables of relationships: a row is a kind, a source, a target and, for terminals, a key."""

from __future__ import annotations

from loaders.tabular.collect import Collector
from loaders.tabular.lines import Line
from loaders.tabular.made import Link
from loaders.tabular.names import clean_id, nearest, plain_name, relationships_by_name
from loaders.tabular.table import Table
from schema.errors import LoadError
from schema.relationships import RelationshipKind
from schema.words import say

RELATIONSHIP_TABLE = "Relationship"
RELATIONSHIP_TABLES = frozenset(map(plain_name, (RELATIONSHIP_TABLE, "Relationships", "关系")))
_LINK_COLUMNS = {"kind": ("kind", "关系类型"), "source": ("source", "起点"), "target": ("target", "终点"),
                 "key": ("key", "键")}  # fmt: skip


def link_columns(table: Table) -> dict[str, int]:
    """The places of the columns of such a table. Raises LoadError for one without them."""
    header = [plain_name(name) for name in table.header]
    places = {}
    for column, names in _LINK_COLUMNS.items():
        found = [header.index(plain_name(name)) for name in names if plain_name(name) in header]
        if found:
            places[column] = found[0]
        elif column != "key":
            raise LoadError(
                say(
                    "{table} has no column {column} ({names}). A table of relationships has kind, source, "
                    "target and, for terminals, key.",
                    table=table.label,
                    column=column,
                    names=names[1],
                )
            )
    return places


def take_link(collector: Collector, places: dict[str, int], heads: dict[str, str], line: Line) -> None:
    """Take one row, or reject it."""
    cells = {name: line.cells[place].strip() for name, place in places.items()}
    kind = relationships_by_name().get(plain_name(cells["kind"]))
    if kind is None:
        hint = nearest(cells["kind"], [known.value for known in RelationshipKind])
        collector.reject(
            line.row,
            heads["kind"],
            cells["kind"],
            say("is no kind of relationship.{hint}", hint=hint),
            say("Correct the kind."),
        )
        return
    for name in ("source", "target"):
        if not cells[name]:
            collector.reject(line.row, heads[name], "", say("is empty"), say("Give the id that it refers to."))
            return
    link = Link(kind, clean_id(cells["source"]), clean_id(cells["target"]), cells.get("key", ""), heads["target"])
    collector.take_link(line.row, link)
