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
        self._kind, self._place, self._row, self._mark = array("B"), array("I"), array("I"), array("q")
        self._tied = bytearray()

    def __getitem__(self, ident: str) -> Taken:
        at = self._at[ident]
        return Taken(KINDS[self._kind[at]], self._mark[at], self._place[at], self._row[at])

    def __setitem__(self, ident: str, taken: Taken) -> None:
        self._at[ident] = len(self._kind)
        self._kind.append(_CODES[taken.kind])
        self._mark.append(taken.mark)
        self._place.append(taken.place)
        self._row.append(taken.row)
        self._tied.append(False)

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
        self._tied[self._at[contact]] = True

    def is_tied(self, source: str, contact: str) -> bool:
        """Whether one row made both, and said that the contact is of the other."""
        one, other = self._at.get(source), self._at.get(contact)
        if one is None or other is None or not self._tied[other] or KINDS[self._kind[one]] not in HAVE_CONTACTS:
            return False
        return (self._place[one], self._row[one]) == (self._place[other], self._row[other])

    def taken(self, ident: str) -> Taken | None:
        """The thing of an id; None where it was not taken."""
        return self[ident] if ident in self._at else None

    def kind(self, ident: str) -> EntityKind | None:
        """The kind of a thing; None where it was not taken."""
        at = self._at.get(ident)
        return None if at is None else KINDS[self._kind[at]]


class Links(MutableMapping[LinkName, Where]):
    """Relationships that were read, in order, and where."""

    def __init__(self) -> None:
        self._held: dict[LinkName, int] = {}
        self._columns: dict[str, int] = {}
        self._names: list[str] = []

    def __getitem__(self, link: LinkName) -> Where:
        return self._where(self._held[link])

    def __setitem__(self, link: LinkName, where: Where) -> None:
        self._held[link] = self._packed(where)

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
            self._held[link] = self._packed(where)

    def put_all(self, links: Mapping[LinkName, Where]) -> None:
        """Keep these links, in the place of those that are there."""
        for link, where in links.items():
            self[link] = where

    def _packed(self, where: Where) -> int:
        column = self._columns.get(where.column)
        if column is None:
            column = self._columns[where.column] = len(self._names)
            self._names.append(where.column)
        return ((where.place * _COLUMN + column) * _ROW + where.row) * 2 + where.whole

    def _where(self, packed: int) -> Where:
        rest, row = divmod(packed >> 1, _ROW)
        place, column = divmod(rest, _COLUMN)
        return Where(place, row, self._names[column], bool(packed & 1))
