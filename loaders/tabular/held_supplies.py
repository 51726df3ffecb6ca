"""Supplies that customer lists name by their feeders, until all feeders are known: one of a feeder is made, no other.

A cell under 备用电源 may name the customer's own generator: what is called like no feeder makes no supply, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from loaders.report import Reject
from loaders.tabular.by_name import Names
from loaders.tabular.made import Link, Made, Where
from loaders.tabular.names import fitting
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SupplyRole
from schema.words import Sentence, say

MOST = 9
"""Supplies of one customer."""
_FEEDER = frozenset({EntityKind.FEEDER})
Kind = Callable[[str], EntityKind | None]


class HeldSupply(NamedTuple):
    """A supply, by the feeder that a cell names."""

    feeder: str
    role: SupplyRole
    column: str


class HeldPoint(NamedTuple):
    """The receiving point of a customer, and its supplies."""

    customer: str
    name: str
    made: Made
    supplies: tuple[HeldSupply, ...]
    system: str


class HeldSupplies:
    """Those of all lists of a load."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[HeldPoint, Where]] = {}
        self.links: dict[tuple[RelationshipKind, str, str, str], Where] = {}
        """What leads to and from what was made."""
        self._told: list[tuple[Where, str, str, Sentence, Sentence, bool]] = []

    def add(self, point: HeldPoint, where: Where) -> None:
        """Keep a point until all feeders are known; further rows of a customer add what they name, as standby."""
        first, begun = self._held.get(point.customer, (point, where))
        named = {each.feeder for each in first.supplies}
        more = [each for each in point.supplies if each.feeder not in named]
        more = [each._replace(role=SupplyRole.STANDBY) if each.role is SupplyRole.MAIN else each for each in more]
        self._held[point.customer] = first._replace(supplies=(*first.supplies, *more)[:MOST]), begun

    def made(self, names: Names, kind: Kind) -> Iterator[tuple[Made, Where]]:
        """Receiving points with a supply of a known feeder, and these supplies; then `links` is whole."""
        for point, where in self._held.values():
            found = [(each, self._feeder(each, where, names, kind)) for each in point.supplies]
            known = [(each, feeder) for each, feeder in found if feeder]
            if not known:
                continue
            yield point.made, where
            at = point.made.fields["id"]
            self._link(Link(RelationshipKind.HAS_RECEIVING_POINT, point.customer, at, "", known[0][0].column), where)
            for place, (each, feeder) in enumerate(known, start=1):
                ident = supply_id(point.customer, point.system, place)
                name = f"{point.name or point.customer} {each.role.zh}（{each.feeder}）"
                yield Made(EntityKind.SUPPLY_SOURCE, {"id": ident, "name": name, "role": each.role}), where
                self._link(Link(RelationshipKind.FED_BY, at, ident, "", each.column), where)
                self._link(Link(RelationshipKind.FROM_FEEDER, ident, feeder, "", each.column), where)

    def findings(self, files: Sequence[str]) -> Iterator[Reject]:
        """What is to be told of names that lead to no feeder, or to one that is called otherwise."""
        for where, column, value, reason, remedy, dropped in self._told:
            file = files[where.place]
            yield Reject(
                file=file, row=where.row, column=column, value=value, reason=reason, remedy=remedy, dropped=dropped
            )

    def _link(self, link: Link, where: Where) -> None:
        self.links[link[:4]] = where._replace(column=link.column)

    def _feeder(self, each: HeldSupply, where: Where, names: Names, kind: Kind) -> str:
        """The id of the feeder that is meant; empty for none, or where several are."""
        if kind(each.feeder) is EntityKind.FEEDER:
            return each.feeder
        found = names.called(each.feeder, _FEEDER)
        if len(found) == 1 and (name := names.line(each.feeder, found[0])):
            reason = say("{written} is taken for the feeder {name}", written=each.feeder, name=name)
            self._tell(where, each, reason, say("Nothing, if it is this one; else give the feeder's id or name."))
        if len(found) == 1 and kind(found[0]) is EntityKind.FEEDER:
            return found[0]
        several = say(
            "several feeders are called {name}, {ids}: no supply is made of it", name=each.feeder, ids=list(found)
        )
        none = say("no feeder is called {name}: no supply is made of it", name=each.feeder)
        remedy = say(
            "Correct it, or add the feeder to a sheet 馈线 (Feeder); a generator goes into a column of its own."
        )
        if len(found) > 1:
            remedy = say("Write the id of the one that is meant.")
        self._tell(where, each, several if len(found) > 1 else none, remedy, dropped=True)
        return ""

    def _tell(
        self, where: Where, each: HeldSupply, reason: Sentence, remedy: Sentence, *, dropped: bool = False
    ) -> None:
        self._told.append((where, each.column, each.feeder, reason, remedy, dropped))


def point_id(customer: str, system: str) -> str:
    """The id of the receiving point that a list makes of a customer."""
    return fitting(f"RECEIVING_POINT:{system}:{customer}", EntityKind.RECEIVING_POINT, system)


def supply_id(customer: str, system: str, place: int) -> str:
    """The id of a supply that a list makes of a customer, by its place from 1."""
    return fitting(f"SUPPLY_SOURCE:{system}:{customer}:{place}", EntityKind.SUPPLY_SOURCE, system)
