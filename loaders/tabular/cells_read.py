"""Cells of a column to values of its field, of some rows at once; a cell that has more to tell is left to its row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

from loaders.tabular.counted import BREAKS, UNSEEN_TEXT
from loaders.tabular.marks import MOST_OF_MARK, may_say_none
from loaders.tabular.names import clean_code, one_line
from loaders.tabular.values import Parser
from schema.checked import check_of
from schema.registry import CLASS_OF, EntityKind
from schema.unseen import is_common, without_unseen

NOTHING: Final = object()
"""Stands for the value of an empty cell."""
ALONE: Final = object()
"""Stands for a cell that has to be looked at with its row: it is told of, or costs the row."""
_UNREAD: Final = object()
_TEXTS = {str}
_MOST_KEPT = 4096
"""Values of a column that are kept for the next cell like them: words of a vocabulary and numbers come again."""


class Field(NamedTuple):
    """A column of a field: how it is read (None = as the text that it is), and values of texts that were read."""

    place: int
    header: str
    name: str
    parse: Parser | None
    kept: dict[str, Any]

    def value(self, text: str) -> Any:
        """What a text that says something stands for. Raises ValueError."""
        parse = self.parse or str
        if type(text) is not str:
            return parse(text)
        value = self.kept.get(text, _UNREAD)
        if value is _UNREAD:
            value = parse(text)
            if len(self.kept) < _MOST_KEPT:
                self.kept[text] = value
        return value


class Cells:
    """Reads the columns of a table of a kind; `says_none` tells of a field and a text whether it says nothing."""

    def __init__(self, kind: EntityKind, says_none: Callable[[str, str], bool]) -> None:
        self._says_none = says_none
        self._class: Any = CLASS_OF[kind]

    def checked(self, field: Field, values: Sequence[Any]) -> Sequence[Any] | None:
        """Values of a column that was read as their field's check gives them; None where one of them cannot be."""
        check = check_of(self._class, field.name)
        if NOTHING not in values and ALONE not in values:
            return check(list(values))
        found = check([each for each in values if each is not NOTHING and each is not ALONE])
        if found is None:
            return None
        rest = iter(found)
        return [each if each is NOTHING or each is ALONE else next(rest) for each in values]

    def read(self, field: Field, column: Sequence[str]) -> Sequence[Any]:
        """The value of each cell, NOTHING, or ALONE."""
        plain = set(map(type, column)) == _TEXTS
        if field.parse is None or field.parse is clean_code:
            if plain and all(column) and is_common("".join(column)) and not may_say_none(column):
                return column
            return [self._one(field, text) for text in column]
        if not plain:
            return [self._one(field, text) for text in column]
        found = list(map(field.kept.get, column, repeat(_UNREAD)))
        if _UNREAD in found:
            return [
                self._one(field, text) if value is _UNREAD else value for text, value in zip(column, found, strict=True)
            ]
        return found

    def _one(self, field: Field, text: str) -> Any:
        if not text or text.isspace():
            return NOTHING
        if len(text) <= MOST_OF_MARK and self._says_none(field.name, text):
            return ALONE
        if field.parse is None:
            plain, what = seen(field.name, text)
            return ALONE if what else plain
        try:
            return field.value(text)
        except ValueError:
            return ALONE


def seen(field: str, text: str) -> tuple[str, Sequence[str]]:
    """A text without what nobody sees, a name in one line; and which of that is to be told."""
    if is_common(text):
        return text, ()
    plain = text if field == "id" else without_unseen(text)
    told = [UNSEEN_TEXT] if plain != text else []
    if field != "name":
        return plain, told
    plain = plain.strip()
    line = one_line(plain)
    return line, told if line is plain else [*told, BREAKS]
