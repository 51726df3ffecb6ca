"""The stream that a city is: rows, piece by piece, in an order that depends on nothing but size, seed and day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from schema.batch import GraphBatch
from schema.relationships import Relationship
from seeds import REFERENCE_FEEDERS
from seeds.city import City, Line, near
from seeds.commitments import commitment_rows, escalation_rows
from seeds.contacts import contact_rows
from seeds.customers import customer_rows
from seeds.feeders import feeder
from seeds.files import PlainFiles
from seeds.fleet import fleet_rows
from seeds.people import station_people, utility
from seeds.plans import prepared
from seeds.profiles import customers_of
from seeds.records import customer_records, feeder_records
from seeds.row import Row
from seeds.stations import sources, station


@dataclass(frozen=True, slots=True)
class GeneratedCity:
    """What was written: how many entities of each kind, how many relationships of each."""

    entities: dict[str, int]
    relationships: dict[str, int]

    @property
    def elements(self) -> int:
        """Entities and relationships together."""
        return sum(self.entities.values()) + sum(self.relationships.values())


def generate(
    out: Path,
    *,
    feeders: int = REFERENCE_FEEDERS,
    seed: int = 1,
    today: date,
    progress: Callable[[], None] = lambda: None,
) -> GeneratedCity:
    """Write a city as files of the plain format; the same arguments write the same bytes.

    `today` is what rosters and dates are counted from; `progress` is called after each of `piece_count` pieces.
    ValueError below 4 feeders.
    """
    with PlainFiles(out) as files:
        for piece in pieces(City(feeders, seed, today)):
            files.write(piece)
            progress()
        return GeneratedCity(
            {kind.label: count for kind, count in sorted(files.entities.items())},
            {kind.value: count for kind, count in sorted(files.relationships.items())},
        )


def piece_count(feeders: int) -> int:
    """Pieces that a city of this size comes in: as many batches, as many calls of `progress`."""
    return 2 + 2 * City(feeders, 0, date.min).stations + 2 * feeders


def batches(*, feeders: int = REFERENCE_FEEDERS, seed: int = 1, today: date) -> Iterator[GraphBatch]:
    """The same city as `piece_count` batches, the largest about a feeder; one may refer to entities of a later one.

    So they belong together: into one staged load, or into one Snapshot.
    """
    for piece in pieces(City(feeders, seed, today)):
        yield _batch(piece)


def _batch(rows: Iterator[Row]) -> GraphBatch:
    batch = GraphBatch()
    for entity, links in rows:
        batch.entities.append(entity)
        for kind, target, key in links:
            batch.relationships.append(Relationship(kind=kind, source=entity.id, target=target, key=key))
    return batch


def pieces(city: City) -> Iterator[Iterator[Row]]:
    """The city in pieces: what is common, then station by station, feeder by feeder."""
    yield sources(city)
    yield chain(utility(city), commitment_rows(), escalation_rows(), fleet_rows(city))
    for number in range(1, city.stations + 1):
        yield station(city, number)
        yield station_people(city, number)
        for line in city.lines(number):
            yield chain(feeder(city, line), feeder_records(city, line))
            yield _customers(city, line)


def _customers(city: City, line: Line) -> Iterator[Row]:
    for spec in customers_of(city, line):
        yield from customer_rows(city, spec)
        yield from contact_rows(city, spec)
        yield from customer_records(city, spec)
        if spec.key:
            first = spec.supplies[0]
            place = near(city.line_point(first.line, first.position), city.dice(f"place {spec.number}"))
            yield from prepared(city, spec, place)
