"""References by name: who types a roster writes 张三, not the id of a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from loaders.source import Reading
from loaders.tabular.names import fitting
from schema.line_names import line_keys, line_name
from schema.people import Person, compact, name_and_remark
from schema.registry import CONDUCTING, SWITCHES, EntityKind

NAMED = frozenset(
    {
        EntityKind.PERSON,
        EntityKind.TEAM,
        EntityKind.ORGANISATION,
        EntityKind.AREA,
        EntityKind.SUBSTATION,
        EntityKind.DISTRIBUTION_STATION,
        EntityKind.FEEDER,
        EntityKind.BUSBAR_SECTION,
        EntityKind.ENERGY_SOURCE,
    }
)
"""Kinds that are referred to by name: few of each, and called by it every day."""
_NEVER = frozenset({EntityKind.CONTACT, EntityKind.SHIFT, EntityKind.ASSIGNMENT, EntityKind.SUPPLY_SOURCE})
"""Kinds that nobody refers to by name: those of their things are for the eye."""
_NEXT = SWITCHES | {EntityKind.CUSTOMER}
"""Kinds that a name means where nothing of NAMED is called so; else what belongs to them, as a receiving point."""
_LISTED = re.compile(r"[、，\n]")
_BETWEEN = re.compile(r"[、，,/／+\n]|(?<=[\u3400-\u9fff）)])(?:和|及|与)(?=[\u3400-\u9fff])")


class Lost(NamedTuple):
    """A thing whose row was rejected: it has its name all the same, and stands in these teams, by id or name."""

    kind: EntityKind
    ident: str
    name: str
    teams: tuple[str, ...] = ()


class _Called(NamedTuple):
    """A thing by its name, and the remark that tells it from others of that name."""

    ident: str
    kind: EntityKind
    remark: str


class Names:
    """Names of the things of a load, rejected ones too, and of what the graph holds and keeps."""

    def __init__(self, reading: Reading, kind: Callable[[str], EntityKind | None]) -> None:
        """`kind` is that of what the load took."""
        self._reading = reading
        self._kind_taken = kind
        self._entity = reading.entity
        self._taken: dict[str, tuple[_Called, ...]] = {}
        self._noted: dict[EntityKind, list[str | int]] = {}
        """Ids and names in turn by kind, of kinds that nobody was looked for yet; of a name that its id ends with its
        length."""
        self._lines: dict[str, dict[str, str]] = {}
        """Names of feeders by id, by what all ways to write them have in common."""
        self._teams: dict[str, tuple[str, ...]] = {}
        self._systems: set[str] = set()
        """Systems of lists whose ids are numbers."""

    def own_id(self, kind: EntityKind, number: str, system: str, other: EntityKind | None) -> str:
        """The id of a thing that a list knows by its number; `other` is the kind of what has that id already.

        A feeder and its breaker may have one dispatch number: the second gets an id with its kind. What is a switch, or
        other plant, and becomes another one keeps its id.
        """
        self._systems.add(system)
        if other is None or other is kind or {other, kind} <= CONDUCTING:
            return number
        return numbered_id(kind, number, system)

    def of_number(self, number: str, allowed: Collection[EntityKind], kind: Callable[[str], EntityKind | None]) -> str:
        """The id of the one thing of these kinds that has a number which is another thing's id; empty for none."""
        made = [(each, numbered_id(each, number, system)) for each in allowed for system in sorted(self._systems)]
        found = [ident for each, ident in made if kind(ident) is each]
        return found[0] if len(found) == 1 else ""

    def note(self, kind: EntityKind, ident: str, name: str) -> None:
        """Keep the name of a thing that was taken."""
        if name and kind not in _NEVER:
            self._noted.setdefault(kind, []).extend((ident, len(name) if ident.endswith(name) else name))

    def _known(self, name: str) -> Iterator[tuple[EntityKind, str]]:
        """Kinds and ids of what is called so in the graph already, by `compact` name; without what goes with this load:
        whoever an earlier reading of the same rows made is not somebody else."""
        for kind, ident in self._reading.named(name):
            if self._is_there(ident) or ident in self._reading.kept:
                yield kind, ident

    def _is_there(self, ident: str) -> bool:
        return self._kind_taken(ident) is not None or self._reading.stays(ident)

    def is_known(self, written: str, kind: EntityKind) -> bool:
        """Whether a list or another system has a thing of that name: what is kept of a rejected row, but was made of
        a column of it, does not count."""
        return any(ident in self._teams or self._is_there(ident) for ident in self.called(written, {kind}))

    def _index(self, allowed: Collection[EntityKind]) -> None:
        """Kinds are looked up by name from when somebody may mean one of theirs: of lines nobody does, mostly."""
        for kind in [kind for kind in self._noted if kind in allowed]:
            noted = self._noted.pop(kind)
            for ident, name in zip(noted[::2], noted[1::2], strict=True):
                self._add(kind, str(ident), str(ident)[-name:] if isinstance(name, int) else name)

    def _add(self, kind: EntityKind, ident: str, name: str) -> None:
        if kind is EntityKind.FEEDER:
            self._note_line(ident, name)
        name, remark = _told(kind, name)
        called = compact(name)
        one = _Called(ident, kind, remark)
        others = self._taken.get(called)
        self._taken[called] = (one,) if others is None else (*(each for each in others if each.ident != ident), one)

    def _note_line(self, ident: str, name: str) -> None:
        for key in dict.fromkeys((*line_keys(name), *line_keys(ident.rpartition(":")[2]))):
            self._lines.setdefault(key, {})[ident] = name

    def note_lost(self, lost: Lost) -> None:
        """Keep the name of a thing whose row was rejected: who is called so is not the only one."""
        self.note(lost.kind, lost.ident, lost.name)
        self._teams.setdefault(lost.ident, lost.teams)

    def teams_of_lost(self) -> Mapping[str, Iterable[str]]:
        """Teams that rejected rows name, by the id of their thing."""
        return self._teams

    def called(self, written: str, allowed: Collection[EntityKind]) -> list[str]:
        """Ids of the things of these kinds that are called so.

        Of people a remark in brackets tells namesakes apart, and stands on one side only where there are none: 陈红 is
        陈红（女）, and 陈红（女） is 陈红, but not 陈红（男）.
        """
        found = self._all(written, allowed)
        if not found and EntityKind.FEEDER in allowed:
            return [ident for ident, name in self._lines_like(written).items() if self._is_line(written, ident, name)]
        if EntityKind.PERSON not in allowed:
            return list(found)
        name, remark = name_and_remark(written)
        for ident, told in self._all(name, {EntityKind.PERSON}).items():
            if not remark or told in ("", remark):
                found.setdefault(ident, told)
        same = [ident for ident, told in found.items() if told == remark]
        return same if remark and same else list(found)

    def may_be_called(self, written: str, allowed: Collection[EntityKind]) -> bool:
        """Whether anything of the load or the graph is called so, as `called` finds it; not of people and feeders."""
        self._index(allowed)
        called = compact(written)
        return called in self._taken or bool(self._reading.named(called))

    def _lines_like(self, written: str) -> dict[str, str]:
        """Feeders with anything in common with a written name, of the load and the graph: their names by id."""
        found: dict[str, str] = {}
        for key in line_keys(written):
            held = ((ident, self._entity(ident)) for _, ident in self._known(key))
            found |= {ident: entity.name for ident, entity in held if entity is not None}
            found |= self._lines.get(key, {})
        return found

    def _is_line(self, written: str, ident: str, name: str) -> bool:
        entity = self._entity(ident)
        number = getattr(entity, "number", None) or ""
        return line_name(written).fits(line_name(name), (ident, ident.rpartition(":")[2], number))

    def line(self, written: str, ident: str) -> str:
        """The name of the feeder that another writing of it led to; empty where it is the same, or the id."""
        name = self._lines_like(written).get(ident, "")
        return "" if ident == written or compact(name) == compact(written) else name

    def apart(
        self, written: str, allowed: Collection[EntityKind], kind: Callable[[str], EntityKind | None]
    ) -> list[str]:
        """The several things that a cell names (滨江一线、滨江二线): each is one; empty where it names one, or none."""
        parts = [part for each in _BETWEEN.split(written) if (part := each.strip())]
        if len(parts) < 2 or self.called(written, allowed):
            return []
        known = [kind(part) in allowed or bool(self.called(part, allowed)) for part in parts]
        return parts if all(known) or (any(known) and _LISTED.search(written)) else []

    def _all(self, name: str, allowed: Collection[EntityKind]) -> dict[str, str]:
        """Things called so, and the remark that each has; of the load, else of the graph.

        What is called like its feeder or customer (a section, a receiving point) is not meant where they may be.
        """
        self._index(allowed)
        called = compact(name)
        if called not in self._taken and not self._reading.named(called):
            return {}
        kinds = {ident: kind for kind, ident in self._known(called) if kind in allowed and kind not in _NEVER}
        taken = {each.ident: each for each in self._taken.get(called, ()) if each.kind in allowed}
        kinds |= {ident: each.kind for ident, each in taken.items()}
        first = min(map(_rank, kinds.values()), default=0)
        return {
            ident: taken[ident].remark if ident in taken else self._remark(ident)
            for ident, kind in kinds.items()
            if _rank(kind) == first
        }

    def remarked(self, written: str, ident: str) -> str:
        """The name of the person whom another writing of it led to; empty where it is the same."""
        taken = self._taken.get(compact(name_and_remark(written)[0]), ())
        remark = next((each.remark for each in taken if each.ident == ident), None)
        remark = self._remark(ident) if remark is None else remark
        name, own = name_and_remark(written)
        return "" if remark == own else f"{name}（{remark}）" if remark else name

    def _remark(self, ident: str) -> str:
        entity = self._entity(ident)
        return name_and_remark(entity.name)[1] if isinstance(entity, Person) else ""


def numbered_id(kind: EntityKind, number: str, system: str) -> str:
    """The id of a thing whose number is the id of a thing of another kind."""
    return fitting(f"{kind.value}:{system}:{number}", kind, system)


def _rank(kind: EntityKind) -> int:
    return 0 if kind in NAMED else 1 if kind in _NEXT else 2


def _told(kind: EntityKind, name: str) -> tuple[str, str]:
    return name_and_remark(name) if kind is EntityKind.PERSON else (name, "")
