"""References by name at the end of a load: who is meant where several are called so, or rows of that name were lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from loaders.tabular.by_name import Names
from loaders.tabular.missing import several_called
from loaders.tabular.namesakes import Namesakes
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.words import say

_SHOWN = 5
"""Ids of one name that a message lists."""
Where = TypeVar("Where")
LinkName = tuple[RelationshipKind, str, str, str]
_TEAMS = frozenset({EntityKind.TEAM, EntityKind.ORGANISATION})


class Found(NamedTuple):
    """Whom a name leads to; `doubt` says in what the one of that name differs from what the row says."""

    ident: str
    doubt: str = ""


class ByName(Generic[Where]):
    """Names instead of ids, resolved: teams first, so that a row's team can decide between namesakes."""

    def __init__(
        self,
        names: Names,
        links: Mapping[LinkName, Where],
        kind: Callable[[str], EntityKind | None],
        linked: Callable[[str, RelationshipKind], Sequence[str]],
        namesakes: Namesakes | None = None,
    ) -> None:
        self._namesakes = namesakes
        self._names = names
        self._links = links
        self._kind = kind
        self._linked = linked
        self._teams: dict[str, set[str]] = {}
        self.unclear: dict[str, str] = {}
        """Why a name leads nowhere, by name."""

    def found(self) -> Iterator[tuple[LinkName, Found, Where]]:
        """Every relationship whose target is a name that leads to one thing."""
        people = []
        for link in list(self._links):
            if EntityKind.PERSON in ENDS[link[0]].targets and self._kind(link[2]) is None:
                people.append((link, self._links[link]))
                continue
            target = link[2]
            allowed = ENDS[link[0]].targets
            there = self._kind(target)
            if there is not None and there not in allowed:
                if other := self._names.of_number(target, allowed, self._kind):
                    yield link, Found(other), self._links[link]
                continue
            if there is None:
                found = self._one(target, self._names.called(target, allowed))
                if found is None:
                    continue
                yield link, found, self._links[link]
        for link in self._links if people else ():
            if self._kind(link[2]) in _TEAMS:
                self._teams.setdefault(link[1], set()).add(link[2])
        for lost, teams in self._names.teams_of_lost().items():
            self._teams.setdefault(lost, set()).update(self._team(team) for team in teams)
        for link, where in people:
            person = self._person(link)
            if person is not None:
                yield link, person, where

    def _one(self, name: str, called: Sequence[str]) -> Found | None:
        there = [ident for ident in called if self._kind(ident) is not None]
        if len(called) == 1 and there:
            return Found(called[0])
        if len(called) == 1:
            self.unclear[name] = say("the row of {name} was rejected", name=name)
        elif called:
            self.unclear[name] = several_called(name, called[:_SHOWN])
        return None

    def _person(self, link: LinkName) -> Found | None:
        """A person by name: of several the one of the row's team, where all the others are of other teams."""
        kind, source, name, _ = link
        called = self._names.called(name, ENDS[kind].targets)
        own = self._teams.get(source, set())
        teams = {ident: self._teams_of(ident) for ident in called}
        if own and len(called) > 1 and all(teams.values()):
            called = [ident for ident in called if teams[ident] & own] or called
        if self._namesakes is not None:
            called = self._namesakes.chosen(source, name, called)
        found = self._one(name, called)
        if found is None:
            return found
        if self._namesakes is not None and self._namesakes.is_another(source, name, found.ident):
            return Found(found.ident, say("{name} has another number than the row says", name=name))
        if own and teams[found.ident] and not teams[found.ident] & own:
            return Found(found.ident, say("{name} is of another team than the row", name=name))
        other = self._names.remarked(name, found.ident)
        if not other:
            return found
        return Found(found.ident, say("{name} is taken for {other}, the only one of that name", name=name, other=other))

    def _teams_of(self, ident: str) -> set[str]:
        return self._teams.get(ident) or set(self._linked(ident, RelationshipKind.MEMBER_OF))

    def _team(self, written: str) -> str:
        """The id of a team that a rejected row names; what is written where it leads nowhere."""
        if self._kind(written) is not None:
            return written
        called = self._names.called(written, _TEAMS)
        return called[0] if len(called) == 1 else written
