"""What a reading has taken, kept small: a list of a million people is a million ids, and twice as many links.

A dict of named tuples takes 136 bytes beside each id, and as many beside each link; here it is some 40.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, MutableMapping
from typing import NamedTuple

from loaders.tabular.made import Where
from schema.registry import KINDS, EntityKind
from schema.relationships import ENDS, RelationshipKind

LinkName = tuple[RelationshipKind, str, str, str]
_ROW, _COLUMN = 1 << 32, 1 << 17
_KIND, _TIED, _PLACE_AT, _PLACES, _ROW_AT = 0xFF, 1 << 8, 9, (1 << 23) - 1, 32
"""Where each part of a thing lies in its number: row 32 bits, place 23, tied 1, kind 8."""


class Taken(NamedTuple):
    """A thing that was taken: its kind, what tells repeats from contradictions, the place of its account, its row."""

    kind: EntityKind
    mark: int
    place: int
    row: int


HAVE_CONTACTS = ENDS[RelationshipKind.HAS_CONTACT].sources
_CODES = {kind: code for code, kind in enumerate(KINDS)}


class Things(MutableMapping[str, Taken]):
    """Things that were taken, by id."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._what, self._mark = array("Q"), array("q")
        """Row, place of the account, whether it is tied, and code of the kind of each, in one number; its mark."""

    def __getitem__(self, ident: str) -> Taken:
        at = self._at[ident]
        what = self._what[at]
        return Taken(KINDS[what & _KIND], self._mark[at], what >> _PLACE_AT & _PLACES, what >> _ROW_AT)

    def __setitem__(self, ident: str, taken: Taken) -> None:
        self.put(ident, *taken)

    def put(self, ident: str, kind: EntityKind, mark: int, place: int, row: int) -> None:
        """Note a thing that is taken; see Taken."""
        self._at[ident] = len(self._mark)
        self._what.append(row << _ROW_AT | place << _PLACE_AT | _CODES[kind])
        self._mark.append(mark)

    def __delitem__(self, ident: str) -> None:
        del self._at[ident]

    def __contains__(self, ident: object) -> bool:
        return ident in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def tie(self, contact: str) -> None:
        """Note that the contact's own row says whose it is."""
        self._what[self._at[contact]] |= _TIED

    def is_tied(self, source: str, contact: str) -> bool:
        """Whether one row made both, and said that the contact is of the other."""
        one, other = self._at.get(source), self._at.get(contact)
        if one is None or other is None or not self._what[other] & _TIED:
            return False
        maker, made = self._what[one], self._what[other]
        return KINDS[maker & _KIND] in HAVE_CONTACTS and maker >> _PLACE_AT == made >> _PLACE_AT

    def taken(self, ident: str) -> Taken | None:
        """The thing of an id; None where it was not taken."""
        return self[ident] if ident in self._at else None

    def kind(self, ident: str) -> EntityKind | None:
        """The kind of a thing; None where it was not taken."""
        at = self._at.get(ident)
        return None if at is None else KINDS[self._what[at] & _KIND]


class Places:
    """Where something was read, as one number."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}
        self._names: list[str] = []

    def packed(self, where: Where | tuple[int, int, str, bool]) -> int:
        """The number that stands for it."""
        place, row, name, whole = where
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = len(self._names)
            self._names.append(name)
        return ((place * _COLUMN + column) * _ROW + row) * 2 + whole

    def column(self, packed: int) -> str:
        """The column of what a number stands for."""
        return self._names[(packed >> 1) // _ROW % _COLUMN]

    def where(self, packed: int) -> Where:
        """What a number stands for."""
        rest, row = divmod(packed >> 1, _ROW)
        place, column = divmod(rest, _COLUMN)
        return Where(place, row, self._names[column], bool(packed & 1))


class Links(MutableMapping[LinkName, Where]):
    """Relationships that were read, in order, and where."""

    def __init__(self) -> None:
        self._held: dict[LinkName, int] = {}
        self._places = Places()

    def __getitem__(self, link: LinkName) -> Where:
        return self._places.where(self._held[link])

    def __setitem__(self, link: LinkName, where: Where) -> None:
        self._held[link] = self._places.packed(where)

    def __delitem__(self, link: LinkName) -> None:
        del self._held[link]

    def __contains__(self, link: object) -> bool:
        return link in self._held

    def __iter__(self) -> Iterator[LinkName]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def put(self, link: LinkName, where: Where) -> None:
        """Keep a link, unless it is there: the first place counts."""
        if link not in self._held:
            self._held[link] = self._places.packed(where)

    def put_all(self, links: Mapping[LinkName, Where]) -> None:
        """Keep these links, in the place of those that are there."""
        for link, where in links.items():
            self[link] = where
