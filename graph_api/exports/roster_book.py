"""A team's roster as a workbook that `baodian load` reads back: a row for each shift, who works it and for which team.

A pattern of rotation is in it as the rows that it made: they alone say who is on duty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from graph_api.exports.workbook import put_sheet, row_of
from graph_api.readmodel.snapshot import Snapshot
from graph_api.whole_file import whole
from schema.codec import properties
from schema.entity import Entity
from schema.people import Shift
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_TIMES = ("start", "end")
_LINKS = {
    EntityKind.TEAM: (),
    EntityKind.PERSON: (RelationshipKind.MEMBER_OF,),
    EntityKind.SHIFT: (RelationshipKind.WORKED_BY, RelationshipKind.OF_TEAM),
}
"""The sheets, and which relationships each has a column of."""


def write_roster(
    graph: Snapshot, out: Path, teams: Collection[int], start: datetime | None = None, end: datetime | None = None
) -> Counter[str]:
    """Write the rows of these teams that lie in [start, end), with their people and the teams: how many of each.

    Raises StoreUnavailable where the disk is full.
    """
    shifts = _shifts(graph, teams, start, end)
    people = {at for shift in shifts for at in graph.targets(shift, RelationshipKind.WORKED_BY)}
    of_teams = {at for shift in shifts for at in graph.targets(shift, RelationshipKind.OF_TEAM)}.union(teams)
    things: dict[EntityKind, Sequence[int]] = {
        EntityKind.TEAM: sorted(of_teams),
        EntityKind.PERSON: sorted(people),
        EntityKind.SHIFT: shifts,
    }
    book, written = Workbook(write_only=True), {*of_teams, *people, *shifts}
    for kind, indexes in things.items():
        _sheet(book, graph, kind, indexes, written)
    with whole(out) as draft:
        book.save(draft)
    return Counter({kind.label: len(indexes) for kind, indexes in things.items()})


def _shifts(graph: Snapshot, teams: Iterable[int], start: datetime | None, end: datetime | None) -> list[int]:
    """Rows of these teams, in order of time."""
    found: dict[int, Shift] = {}
    for team in teams:
        for at in graph.sources(team, RelationshipKind.OF_TEAM):
            if graph.kind(at) is EntityKind.SHIFT:
                found[at] = graph.get(Shift, at)
    inside = [
        at for at, shift in found.items() if (start is None or shift.end > start) and (end is None or shift.start < end)
    ]
    return sorted(inside, key=lambda at: (found[at].start, found[at].id))


def _sheet(book: Workbook, graph: Snapshot, kind: EntityKind, indexes: Sequence[int], written: Collection[int]) -> None:
    used = set[str]().union(*(properties(graph.entity(index)) for index in indexes)) - {"load", "row", "overrides"}
    heads = tuple(name for name in ("id", "name", *sorted(used - {"id", "name"})) if name == "id" or name in used)
    links = _LINKS[kind]
    columns = (*heads, *(link.value.lower() for link in links))
    put_sheet(book, kind.label, columns, _rows(graph, indexes, heads, links, written))


def _rows(
    graph: Snapshot,
    indexes: Sequence[int],
    heads: tuple[str, ...],
    links: Sequence[RelationshipKind],
    written: Collection[int],
) -> Iterator[list[object]]:
    for index in indexes:
        entity = graph.entity(index)
        cells = dict(zip(heads, row_of(entity, heads), strict=True)) | _local(entity)
        ends = [[graph.id(at) for at in graph.targets(index, link) if at in written] for link in links]
        yield [*cells.values(), *(";".join(each) for each in ends)]


def _local(entity: Entity) -> dict[str, object]:
    """Times of a shift on the clock of this place, with their offset."""
    if not isinstance(entity, Shift):
        return {}
    return {name: getattr(entity, name).astimezone().isoformat() for name in _TIMES}
