"""DEC and FEC of each feeder of a BDGD (PRODIST module 8), from what its customers were interrupted: DIC and FIC.

    DEC = sum of DIC / customers   hours a year      FEC = sum of FIC / customers   interruptions a year

DIC_01 .. DIC_12 and FIC_01 .. FIC_12 are the hours and interruptions of each customer by month, in the tables of
customers (ucbt, ucmt); which feeder a customer hangs on, the topology says. Customers that are disconnected do not
count, as they are not billed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_api.errors import LoadError
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology
from loaders.source import Reading
from loaders.tabular import TabularSource
from loaders.tabular.packs import PACKS
from loaders.tabular.reader import tables_of
from loaders.tabular.table import Table
from schema.customer import Customer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import CustomerStatus
from schema.words import say

MONTHS = tuple(f"{month:02}" for month in range(1, 13))
_TABLES = ("ucbt", "ucmt")
Key = tuple[str, int, int]
"""Table of customers, place of its file, row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederIndices:
    """Indices of one feeder ("" = customers that hang on none, or on several)."""

    id: str
    name: str
    customers: int
    dec: float
    """Hours a year."""
    fec: float
    """Interruptions a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BdgdIndices:
    """Indices by feeder, and who does not count."""

    feeders: tuple[FeederIndices, ...]
    disconnected: int
    without_figures: int
    """Customers whose row has a month that is no number."""


def bdgd_indices(paths: Sequence[Path]) -> BdgdIndices:
    """Read a BDGD and work its indices out. Raises LoadError where no table of customers has DIC and FIC."""
    source = TabularSource.open(paths, "bdgd")
    batches = list(source.batches(Reading()))
    entities = [each for batch in batches for each in batch.entities]
    graph = Snapshot.of(entities, [each for batch in batches for each in batch.relationships])
    figures = dict(_figures(source.files))
    if not figures:
        raise LoadError(
            say("No table of customers (ucbt, ucmt) has the columns DIC_01 to DIC_12 and FIC_01 to FIC_12.")
        )
    sums: dict[int | None, list[tuple[float, float]]] = defaultdict(list)
    topology, disconnected, without = Topology.build(graph), 0, 0
    for index in graph.of_kind(EntityKind.CUSTOMER):
        customer = graph.get(Customer, index)
        found = figures.get((customer.id.split(":")[1].lower(), customer.load, customer.row))
        if customer.status is CustomerStatus.INACTIVE:
            disconnected += 1
        elif found is None:
            without += 1
        else:
            sums[_feeder_of(graph, topology, index)].append(found)
    feeders = [_indices(graph, feeder, each) for feeder, each in sums.items()]
    return BdgdIndices(
        feeders=tuple(sorted(feeders, key=lambda each: each.id)), disconnected=disconnected, without_figures=without
    )


def _indices(graph: Snapshot, feeder: int | None, found: Sequence[tuple[float, float]]) -> FeederIndices:
    count = len(found)
    return FeederIndices(
        id="" if feeder is None else graph.id(feeder),
        name="" if feeder is None else graph.name(feeder),
        customers=count,
        dec=math.fsum(hours for hours, _ in found) / count,
        fec=math.fsum(times for _, times in found) / count,
    )


def _feeder_of(graph: Snapshot, topology: Topology, customer: int) -> int | None:
    """The one feeder that a customer's supplies hang on."""
    supplies = [
        supply
        for point in graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)
        for supply in graph.targets(point, RelationshipKind.FED_BY)
    ]
    feeders = {feeder for supply in supplies for feeder in topology.feeders(supply)}
    return feeders.pop() if len(feeders) == 1 else None


def _figures(files: Sequence[Path]) -> Iterator[tuple[Key, tuple[float, float]]]:
    """Hours and interruptions of a year by row of each table of customers."""
    for place, path in enumerate(files):
        if path.suffix.lower() in PACKS:
            raise LoadError(say("{path} is packed. Unpack it, and name the folder.", path=path.name), file=path.name)
        for table in tables_of(path, place):
            kind = next((each for each in _TABLES if each in table.name.casefold()), "")
            if kind:
                yield from (((kind, place, row), found) for row, found in _rows(table))


def _rows(table: Table) -> Iterator[tuple[int, tuple[float, float]]]:
    heads = [head.upper() for head in table.header]
    columns = [[f"{name}_{month}" for month in MONTHS] for name in ("DIC", "FIC")]
    if not {*columns[0], *columns[1]} <= set(heads):
        return
    hours, times = ([heads.index(name) for name in names] for names in columns)
    reading = Reading()
    for line in table.lines(reading, table.account(0)):
        found = _sum(line.cells, hours), _sum(line.cells, times)
        if found[0] is not None and found[1] is not None:
            yield line.row, (found[0], found[1])


def _sum(cells: Sequence[str], places: Sequence[int]) -> float | None:
    """The sum of the months; None where one is no number of at least 0."""
    try:
        months = [float(cells[place].strip().replace(",", ".") or 0) for place in places]
    except ValueError:
        return None
    return math.fsum(months) if all(math.isfinite(each) and each >= 0 for each in months) else None
