"""People of one name whom a roster tells apart by a telephone number behind the name (孙伟 13900002003)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loaders.source import Reading
from loaders.tabular.made import Link
from schema.entity import Entity
from schema.people import Contact
from schema.relationships import RelationshipKind


class Namesakes:
    """Numbers that rows say behind names, and those of the people of the load and the graph."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._told: dict[tuple[str, str], str] = {}
        self._contacts: dict[str, list[str]] = {}
        self._values: dict[str, str] = {}

    def tell(self, source: str, name: str, digits: str) -> None:
        """Note the number by which a shift means one of a name."""
        self._told[source, name] = digits

    def note(self, links: Iterable[Link], new: Mapping[str, Entity]) -> None:
        """Note the contacts that a row makes, and whose they are."""
        for link in links:
            if link.kind is RelationshipKind.HAS_CONTACT:
                self._contacts.setdefault(link.source, []).append(link.target)
        self._values |= {ident: each.value for ident, each in new.items() if isinstance(each, Contact)}

    def chosen(self, source: str, name: str, called: Sequence[str]) -> list[str]:
        """Of those who are called so the ones that have the number that the shift says; all where it says none, or
        nobody has it."""
        digits = self._told.get((source, name), "")
        return [ident for ident in called if digits and self._has(ident, digits)] or list(called)

    def is_another(self, source: str, name: str, ident: str) -> bool:
        """Whether the shift says a number, and whoever it leads to has others alone."""
        digits = self._told.get((source, name), "")
        return bool(digits and self._numbers(ident)) and not self._has(ident, digits)

    def _has(self, ident: str, digits: str) -> bool:
        """Whether a number of a person ends with these digits, as it is dialled within the country or from abroad."""
        wanted = digits.removeprefix("00").removeprefix("86").lstrip("0")
        return any(value.partition(";")[0].endswith(wanted) for value in self._numbers(ident))

    def _numbers(self, ident: str) -> list[str]:
        contacts = [*self._contacts.get(ident, ()), *self._reading.linked(ident, RelationshipKind.HAS_CONTACT)]
        held = {each: self._reading.entity(each) for each in contacts if each not in self._values}
        values = [self._values.get(each) or getattr(held.get(each), "value", "") for each in contacts]
        return list(filter(None, values))
