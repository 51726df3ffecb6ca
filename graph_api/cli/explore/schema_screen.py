"""What the graph may contain, as tables: kinds of things by group, one kind with its fields, one vocabulary."""

from __future__ import annotations

import re

from graph_api.cli import output
from graph_api.errors import InvalidInput
from schema import reference
from schema.words import Language, Sentence, current, say, text_of, translated

GROUPS = {
    "grid": say("Grid"),
    "risk": say("Shared risk"),
    "customer": say("Customers"),
    "inside": say("Customer's own network"),
    "people": say("People"),
    "plan": say("Plans"),
    "provenance": say("Provenance"),
    "incident": say("Incidents"),
    "records": say("Outages and hazards"),
}
"""Groups of kinds."""
TYPES = {
    "text": say("text"),
    "yes/no": say("yes/no"),
    "whole number": say("whole number"),
    "number": say("decimal number"),
    "time with zone": say("time with zone"),
    "date": say("date"),
    "field origin": say("field origin"),
    "rejected row": say("rejected row"),
}
"""Types of fields, as the reference calls them."""
_LIST = "list of "
_CHINESE_HEAD = re.compile(r"^[\u4e00-\u9fff]+(: | )")
"""The Chinese word that a description begins with, which has a column of its own."""


def named(page: reference.SchemaReference, name: str) -> reference.KindReference | reference.VocabularyReference:
    """The kind or vocabulary of that name, in either language. Raises InvalidInput."""
    wanted = name.casefold()
    for kind in page.kinds:
        if wanted in (kind.label.casefold(), kind.kind.casefold(), kind.zh):
            return kind
    for vocabulary in page.vocabularies:
        if wanted == vocabulary.name.casefold():
            return vocabulary
    raise InvalidInput(
        say("The schema has no kind or vocabulary {name}; `baodian schema` lists them all.", name=repr(name)), name=name
    )


def show_all(page: reference.SchemaReference) -> None:
    """A table of kinds for each group, then the vocabularies."""
    kind, word, fields, meaning = say("kind"), say("Chinese"), say("fields"), say("what it is")
    for group, heading in GROUPS.items():
        own = [each for each in page.kinds if each.group == group]
        rows = ((each.label, each.zh, len(each.fields), *_english(each.description)) for each in own)
        output.emit(output.table(heading, kind, word, fields, *_meant(meaning), rows=rows, numbers=[fields]))
    ends = say("from kinds"), say("to kinds")
    links = (
        (each.kind, each.zh, *_english(each.en), _ends(each.from_kinds), _ends(each.to_kinds))
        for each in page.relationships
    )
    output.emit(output.table(say("Relationships"), kind, word, *_meant(say("meaning")), *ends, rows=links))
    words = (
        (each.name, *_english(each.description), ", ".join(term.code for term in each.terms))
        for each in page.vocabularies
    )
    output.emit(output.table(say("Vocabularies"), say("name"), *_meant(meaning), say("codes"), rows=words))
    output.line(say("One kind with its fields: baodian schema Feeder"))


def _english(text: str) -> tuple[str, ...]:
    """A column of what is said in English only: none in Chinese."""
    return () if current() is Language.ZH else (_CHINESE_HEAD.sub("", text),)


def _meaning(text: str) -> str:
    """What a field means in the language of now; nothing in Chinese where only English says it."""
    told = translated(text)
    return "" if current() is Language.ZH and told == text else told


def _meant(heading: Sentence) -> tuple[Sentence, ...]:
    """The heading of such a column."""
    return () if current() is Language.ZH else (heading,)


def _ends(labels: tuple[str, ...], shown: int = 4) -> str:
    listed = [text_of(say("any entity")) if each == "any entity" else each for each in labels[:shown]]
    names = ", ".join(listed)
    more = len(labels) - shown
    return text_of(say("{names} and {more} more", names=names, more=more)) if more > 0 else names


def show(item: reference.KindReference | reference.VocabularyReference, page: reference.SchemaReference) -> None:
    """One kind with its fields and relationships, or one vocabulary with its values."""
    if isinstance(item, reference.VocabularyReference):
        _show_vocabulary(item)
        return
    fields = (
        (each.name + (" *" if each.required else ""), _type(each.type), each.unit, each.zh, _meaning(each.en))
        for each in (*page.common, *item.fields)
    )
    heads = (say("field"), say("type"), say("unit"), say("Chinese"), say("meaning"))
    output.emit(output.table(f"{item.label} {item.zh}", *heads, rows=fields))
    output.line(say("* a value must be given"))


def _show_vocabulary(item: reference.VocabularyReference) -> None:
    terms = ((each.code, each.zh, *_english(each.en), each.source) for each in item.terms)
    heads = (say("code"), say("Chinese"), *_meant(say("English")), say("source"))
    about = ": ".join((item.name, *_english(item.description)))
    output.emit(output.table(about, *heads, rows=terms))


def _type(name: str) -> str:
    if name.startswith(_LIST):
        return text_of(say("list of {type}", type=_type(name.removeprefix(_LIST))))
    return text_of(TYPES.get(name, name))
