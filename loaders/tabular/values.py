"""Cells to values of a field: codes and labels of vocabularies, yes and no, lists, dates."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import Annotated, Any

from loaders.tabular.moments import day, moment
from loaders.tabular.names import clean_code
from loaders.tabular.numbers import figure
from loaders.tabular.places import coordinate
from loaders.tabular.scars import Wanted
from loaders.tabular.synonyms import code_words
from loaders.tabular.writing import UNSAID, Writing
from schema.codec import UNREADABLE
from schema.entity import Label
from schema.registry import EntityKind
from schema.validation import Fault, masked
from schema.vocabulary import Term
from schema.words import say
from schema.words.former_words import accepted_words

Parser = Callable[[str], Any]
Cell = Callable[[str], str]
"""What stands in a column of a row."""
CODES = frozenset({"id", "number", "source_key", "key", "supply_code", "aliases"})
_CODES_OF_ONE = CODES - {"id", "aliases"}
"""Of these the ones that hold one text each; ids are cleaned where they are taken."""
NOT_IN_FILES = frozenset({"load", "row", "overrides", "rejects", "dropped"})
"""Fields that the load itself fills."""
_YES = ("true", "yes", "y", "1", "是", "有")
_NO = ("false", "no", "n", "0", "否", "无")
_REMARK = re.compile(r"\([^()]*\)\s*$")
_TRUTH = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


@dataclasses.dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a cell of a field may hold."""

    name: str
    label: Label
    required: bool
    parse: Parser | None
    """Text to value; raises ValueError. None: the text is validated with the entity."""
    terms: type[Term] | None
    kind: str
    """What it holds in one word: text, number, whole number, yes/no, date, time, list, code."""

    @property
    def is_key(self) -> bool:
        """Whether it holds ids, numbers of things or of telephones, of which every digit, zero and sign counts."""
        return self.label.personal or self.name in CODES

    def is_value(self, text: str) -> bool:
        """Whether it can be read from this text."""
        try:
            return self.parse is None or self.parse(text) is not None
        except ValueError:
            return False

    @property
    def wanted(self) -> Wanted:
        """What its column is read as."""
        if self.is_key:
            return Wanted.PERSONAL if self.label.personal else Wanted.KEY
        return Wanted.TEXT if self.kind in ("text", "list") else Wanted.OTHER


_BETWEEN = re.compile(r"[;；](?!\s*ext\s*=)", re.IGNORECASE)
"""What stands between the items of a cell; `;ext=` is of the number before it (RFC 3966)."""


def listed(text: str) -> tuple[str, ...]:
    """Items of a list cell: separated by ";" (or "；"), or a JSON array of strings."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except UNREADABLE as error:
            raise ValueError(say("begins like a JSON list but is none")) from error
        if not all(isinstance(item, str) for item in items):
            raise ValueError(say("is a JSON list of something else than texts"))
        return tuple(items)
    if ";" not in text and "；" not in text:
        return (text.strip(),)
    return tuple(item for part in _BETWEEN.split(text) if (item := part.strip()))


def _truth(text: str) -> bool:
    found = _TRUTH.get(text.strip().casefold())
    if found is None:
        raise ValueError(say("is neither yes nor no (是/否, true/false, 1/0)"))
    return found


def term_parser(terms: type[Term]) -> Parser:
    """Parser of a vocabulary: by code, Chinese or English label, former ones too, without regard to case."""
    known = {
        name.casefold(): term
        for term in terms
        for name in (*accepted_words(term.zh), *code_words(term.zh), term.en, term.value)
    }

    def parse(text: str) -> Term:
        found = known.get(text) or known.get(text.strip().casefold()) or known.get(_bare(text))
        if found is None:
            allowed = ", ".join(f"{term.value} ({term.zh})" for term in terms)
            raise ValueError(say("is none of: {allowed}", allowed=allowed))
        return found

    return parse


def _bare(text: str) -> str:
    """A word for a code without width and without a remark in brackets behind it: 一级重要用户（双电源）."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", text)).strip().casefold()


def _unwrapped(hint: Any) -> tuple[type, Label]:
    label = Label("", "")
    while True:
        origin = typing.get_origin(hint)
        if origin is Annotated:
            labels = [item for item in hint.__metadata__ if isinstance(item, Label)]
            # The outermost label says most: end_longitude is a Longitude with a label of its own.
            label = label if label.zh or not labels else labels[-1]
            hint = hint.__origin__
        elif origin in (types.UnionType, typing.Union):
            hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
        else:
            return (origin or hint), label


_PLAIN: dict[type, tuple[Parser | None, str]] = {
    bool: (_truth, "yes/no"),
    date: (day, "date"),
    tuple: (listed, "list"),
    float: (None, "number"),
    int: (None, "whole number"),
}


_COORDINATES = {"longitude": coordinate(180), "latitude": coordinate(90)}


@cache
def fields_of(kind: EntityKind, writing: Writing = UNSAID) -> dict[str, FieldInfo]:
    """The fields of a kind that a file may give, by name, in the schema's order, read as they are written there."""
    hints = typing.get_type_hints(kind.cls, include_extras=True)
    found = {}
    for field in dataclasses.fields(kind.cls):
        if field.name in NOT_IN_FILES:
            continue
        base, label = _unwrapped(hints[field.name])
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        terms = base if issubclass(base, Term) else None
        parse, what = _parser(field.name, base, terms, writing, label.unit)
        found[field.name] = FieldInfo(field.name, label, required, parse, terms, what)
    return found


def _parser(name: str, base: type, terms: type[Term] | None, writing: Writing, unit: str) -> tuple[Parser | None, str]:
    if terms:
        return term_parser(terms), "code"
    if base is datetime:
        return partial(moment, zone=writing.timezone), "time"
    parse, what = _PLAIN.get(base, (None, "text"))
    if base in (float, int):
        parse = partial(figure, unit=unit)
    if base is str and name in _CODES_OF_ONE:
        parse = clean_code
    return _COORDINATES.get(name.removeprefix("end_"), parse), what


def faulty(kind: EntityKind, fault: Fault, columns: Mapping[str, str], cell: Cell | None) -> str:
    """What a report shows of a value that a field cannot hold: what stands in its column, masked where personal."""
    info = fields_of(kind).get(fault.field)
    value = cell(columns[fault.field]) if cell is not None and fault.field in columns else fault.value
    return masked(value) if info is not None and info.label.personal else value
