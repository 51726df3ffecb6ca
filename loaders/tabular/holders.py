"""Who answers for the things of a list, told by name in its columns of roles (设备主人, 客户经理, 抢修班组).

    线路名称    设备主人   联系电话         Assignment LINE_MAINTENANCE  HELD_BY 张伟, COVERS 滨江一线
    滨江一线    张伟       139 0000 0001    Person 张伟, with his number: only where nobody is known by that name

A name is one person in all rows. Where it has several numbers, it is as many people, as in a phone list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from loaders.report import Reject
from loaders.tabular.made import Link, Made, Where
from schema.people import compact
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_OF = {EntityKind.PERSON: RelationshipKind.HELD_BY, EntityKind.TEAM: RelationshipKind.OF_TEAM}
_SHOWN = 5
"""Names that a finding lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person or a team that a row names as the holder of an assignment; `digits` tell people of one name apart."""

    kind: EntityKind
    assignment: str
    name: str
    column: str
    system: str
    digits: str = ""
    contacts: tuple[Made, ...] = ()
    customers: bool = False
    """Whether it is one of a customer's own people: with a number of his own he is not taken for one of a list."""


class Holders:
    """Holders of all lists of a load: at its end those that nobody knows are made."""

    def __init__(self) -> None:
        self._met: dict[tuple[EntityKind, str], list[tuple[Holder, Where]]] = {}
        self.links: dict[tuple[RelationshipKind, str, str, str], Where] = {}
        """What leads to them; to those who are known by name, by that name."""
        self._new: dict[tuple[int, str], list[tuple[str, int]]] = {}
        self._left: dict[tuple[int, str], list[tuple[str, int]]] = {}
        self._others: dict[tuple[int, str], list[tuple[str, int]]] = {}

    def add(self, holder: Holder, where: Where) -> None:
        """Keep a holder until all names are known."""
        self._met.setdefault((holder.kind, compact(holder.name)), []).append((holder, where))

    def made(self, is_known: Callable[[str, EntityKind], bool]) -> Iterator[tuple[Made, Where]]:
        """The people and teams that no list and no graph knows, and their contacts; then `links` is whole."""
        for (kind, _), met in self._met.items():
            known = is_known(met[0][0].name, kind)
            numbers = {holder.digits for holder, _ in met} - {""}
            seen: set[str] = set()
            for holder, where in met:
                if known and holder.customers and holder.digits:
                    self._note(self._others, holder, where)
                    continue
                target = holder.name if known else _ident(holder, apart=len(numbers) > 1)
                self.links.setdefault((_OF[kind], holder.assignment, target, ""), where)
                if known:
                    self._note(self._left if holder.contacts else {}, holder, where)
                    continue
                if target not in seen:
                    seen.add(target)
                    self._note(self._new, holder, where)
                    yield Made(kind, {"id": target, "name": holder.name}), where
                for contact in holder.contacts:
                    ident = contact.fields["id"].replace(_ident(holder, apart=False), target, 1)
                    yield contact._replace(fields=contact.fields | {"id": ident}), where
                    self.links.setdefault((RelationshipKind.HAS_CONTACT, target, ident, ""), where)

    @staticmethod
    def _note(told: dict[tuple[int, str], list[tuple[str, int]]], holder: Holder, where: Where) -> None:
        told.setdefault((where.place, holder.column), []).append((holder.name, where.row))

    def findings(self, files: Sequence[str]) -> Iterator[Reject]:
        """Who was made by a column alone, and whose numbers were left to their own list; call it after `made`."""
        for (place, column), names in self._new.items():
            yield Reject(
                file=files[place],
                row=names[0][1],
                column=column,
                value=", ".join(name for name, _ in names[:_SHOWN]),
                reason=say(
                    "no list and no earlier load knows these people or teams: they are made of this column: {count}",
                    count=len(names),
                ),
                remedy=say("Nothing, if each name is one person; a list of people has their numbers and teams."),
            )
        for (place, column), names in self._others.items():
            yield Reject(
                file=files[place],
                row=names[0][1],
                column=column,
                value=", ".join(name for name, _ in names[:_SHOWN]),
                reason=say(
                    "a list of people has somebody of this name, and the row a number: whether it is the same person "
                    "is not known, so nobody was linked: {count}",
                    count=len(names),
                ),
                remedy=say(
                    "Leave the number away where it is that person; else put this one into the list, with an id, and "
                    "write that."
                ),
                dropped=True,
            )
        for (place, column), names in self._left.items():
            yield Reject(
                file=files[place],
                row=names[0][1],
                column=column,
                reason=say("numbers of people whom a list of people has were not read here: {count}", count=len(names)),
                remedy=say("Correct them in the list of people, if they differ."),
                dropped=True,
            )


def _ident(holder: Holder, *, apart: bool) -> str:
    return holder_id(holder.kind, holder.system, holder.name, holder.digits if apart else "")


def holder_id(kind: EntityKind, system: str, name: str, digits: str = "") -> str:
    """The id of a person or team of whom a list tells the name, of namesakes also the number."""
    ident = f"{kind.value}:{system}:{compact(name)}"
    return f"{ident}:{digits}" if digits else ident


def link_of(assignment: str, covered: str, column: str) -> Link:
    """What an assignment covers."""
    return Link(RelationshipKind.COVERS, assignment, covered, "", column)
