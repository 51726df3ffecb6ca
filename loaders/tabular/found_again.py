"""People of a list without ids who are in the graph by another list: next month's under a new file name.

first list: PERSON:11月:张伟, 129 0000 0001   this one: 张伟, 129 0000 0001 is PERSON:11月:张伟
            PERSON:11月:李娜, 129 0000 0002             李娜, 129 0000 0022 is PERSON:11月:李娜, if half of this list
                                                        are people of that one
                                                        王芳, 129 0000 0003 is nobody of them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from loaders.report import Reject
from loaders.source import Reading
from schema.people import Contact, compact
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_SHOWN = 5
"""Names that a finding lists."""
_LEAST = 7
"""Digits of a number that is nobody else's: short numbers are a company's own."""


class Listed(NamedTuple):
    """A row of a list: the id that would be made of it, and what tells its person from others of that name."""

    ident: str
    name: str
    numbers: tuple[str, ...]
    teams: tuple[str, ...]
    apart: bool
    """Whether it is the only one of that name in the list."""


class _Held(NamedTuple):
    ident: str
    system: str


class FoundAgain(NamedTuple):
    """Ids that people of a list have in the graph, by those that would be made of their rows; and who may be there."""

    ids: Mapping[str, str] = MappingProxyType({})
    doubtful: tuple[str, ...] = ()
    """Names of people whom other lists have, too, and nothing says whether they are the same."""
    system: str = ""
    """The system of one of those lists."""

    def finding(self, file: str, head: str) -> Reject:
        """That they were taken as others."""
        return Reject(
            file=file,
            row=0,
            column=head,
            value=", ".join(self.doubtful[:_SHOWN]),
            reason=say(
                "are called like people of another list, and neither number nor team says that they are the same: "
                "they are in the graph beside them: {count}",
                count=len(self.doubtful),
            ),
            remedy=say(
                "Nothing, if they are others; if this is a later edition of that list, load it with --system {system}.",
                system=repr(self.system),
            ),
        )


def found_again(
    rows: Callable[[], Iterator[Listed]], names: Sequence[str], system: str, reading: Reading
) -> FoundAgain:
    """Who of a list is in the graph by another one."""
    held = {name: found for name in names if (found := _others(name, system, reading))}
    if not held:
        return FoundAgain()
    listed = [row for row in rows() if row.name in held and reading.known(row.ident) is None]
    sure = {row.ident: one for row in listed if (one := _surely(row, held[row.name], reading)) is not None}
    edition, count = (Counter(each.system for each in sure.values()).most_common(1) or [("", 0)])[0]
    ids = {made: each.ident for made, each in sure.items()}
    if 2 * count >= len(names):
        ids |= _of_edition([row for row in listed if row.ident not in sure], held, edition, set(ids.values()))
    claimed = Counter(ids.values())
    ids = {made: ident for made, ident in ids.items() if claimed[ident] == 1}
    left = [row.name for row in listed if row.ident not in ids]
    return FoundAgain(ids, tuple(left), held[left[0]][0].system if left else "")


def _of_edition(
    rows: Sequence[Listed], held: Mapping[str, Sequence[_Held]], edition: str, taken: set[str]
) -> dict[str, str]:
    """In a later edition of a list whoever has a name alone, here and there, is the same: numbers change."""
    alone = {row.ident: held[row.name][0] for row in rows if row.apart and len(held[row.name]) == 1}
    return {made: each.ident for made, each in alone.items() if each.system == edition and each.ident not in taken}


def _others(name: str, system: str, reading: Reading) -> list[_Held]:
    """People called so whom lists of other systems made."""
    found = []
    for kind, ident in reading.named(name):
        head, _, rest = ident.partition(":")
        own, _, _ = rest.rpartition(f":{name}")
        if kind is EntityKind.PERSON and head == EntityKind.PERSON.value and own and own != system:
            found.append(_Held(ident, own))
    return found


def _surely(row: Listed, held: Sequence[_Held], reading: Reading) -> _Held | None:
    """The one with a number of the row; where nobody of that name has a number, or the row none, of its team."""
    numbers = {each.ident: _numbers(each.ident, reading) for each in held}
    same = [each for each in held if any(_is_of(number, numbers[each.ident]) for number in row.numbers)]
    if not same and not (row.numbers and any(numbers.values())):
        teams = set(row.teams)
        same = [each for each in held if teams & _teams(each.ident, reading)]
    return same[0] if len(same) == 1 else None


def _is_of(number: str, held: Sequence[str]) -> bool:
    return len(number) >= _LEAST and any(each.endswith(number) for each in held)


def _numbers(ident: str, reading: Reading) -> list[str]:
    contacts = (reading.entity(each) for each in reading.linked(ident, RelationshipKind.HAS_CONTACT))
    values = (each.value.partition(";")[0] for each in contacts if isinstance(each, Contact))
    return [digits for value in values if (digits := "".join(filter(str.isdecimal, value)))]


def _teams(ident: str, reading: Reading) -> set[str]:
    found: set[str] = set()
    for each in reading.linked(ident, RelationshipKind.MEMBER_OF):
        team = reading.entity(each)
        found |= {each} if team is None else {each, compact(team.name)}
    return found
