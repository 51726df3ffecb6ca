"""Ids of what a row that is rejected stood for: what an earlier load took under them stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from loaders.tabular.beside import ids_beside
from loaders.tabular.by_name import Lost, numbered_id
from loaders.tabular.columns import Columns
from loaders.tabular.names import clean_code, clean_id
from loaders.tabular.roles import ids_of_roles
from loaders.tabular.whole_rows import further_ids
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind

_NAMELESS = count(1)
"""Tells rows without id apart whose names are kept."""
OwnId = Callable[[EntityKind, str, str], str]
"""The id of a thing of a kind by its number and system (Collector.own_id)."""


def ids_of(columns: Columns, cells: Sequence[str], own_id: OwnId) -> list[str]:
    """The id of a row, worked out as where it is taken, and those of things that it may have made beside it."""
    own = _own(columns, cells, own_id)
    found = [*own, *(further for ident in own for further in further_ids(columns.kind, ident))]
    for ident in own:
        found += columns.supplies.ids(ident, columns.system)
        found += ids_of_roles(columns.roles, ident, columns.system, cells)
        found += ids_beside(columns.beside, ident, columns.system, cells)
    return found


def lost_of(columns: Columns, cells: Sequence[str], own_id: OwnId) -> Lost:
    """What a rejected row would have stood for: its name counts among names."""
    name = next((cells[place] for place, _, name, _ in columns.fields if name == "name"), "")
    teams = [cells[link.place] for link in columns.links if link.kind is RelationshipKind.MEMBER_OF]
    ident = _own(columns, cells, own_id)[0] or f"{name} {next(_NAMELESS)}"
    return Lost(columns.kind, ident, name, tuple(clean_id(team) for team in teams if team))


def _own(columns: Columns, cells: Sequence[str], own_id: OwnId) -> list[str]:
    """Ids that the thing of a row may have: by its number or name it may have been a switch of another kind."""
    kinds = [columns.kind, *(SWITCHES - {columns.kind} if columns.kind in SWITCHES else ())]
    written = next((clean_id(cells[place]) for place, _, name, _ in columns.fields if name == "id"), None)
    if written is None:
        return [columns.made_id(cells, kind) for kind in kinds]
    numbers = list(dict.fromkeys((written, clean_code(written))))
    if not columns.numbered or not written:
        return numbers
    own = [own_id(columns.kind, number, columns.system) for number in numbers]
    return list(dict.fromkeys([*own, *(numbered_id(kind, each, columns.system) for kind in kinds for each in numbers)]))
