"""A sentence: a template with its parameters, which is its English text and knows its Chinese one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from string import Formatter
from typing import Any, Self

from schema.words.catalogue import chinese
from schema.words.language import Language, current

COUNT = "count"
"""The parameter that picks between one and many, where a template has both."""


@lru_cache(maxsize=4096)
def placeholders(template: str) -> frozenset[str]:
    """Names of a template's parameters; ValueError for one that is no plain name."""
    names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    if wrong := [name for name in names if not name.isidentifier()]:
        raise ValueError(f"a parameter of a sentence is a plain name, not {wrong[0]!r}: {template}")
    return frozenset(names)


class Sentence(str):
    """What a user reads. As a str it is English; `text` gives the asked language.

    Parameters that are sentences, or errors that say one, are told in the same language, sequences are listed ("a, b"
    and "a、b"), anything else is formatted as by str.format. Immutable, as every str.
    """

    __slots__ = ("many", "params", "template")

    template: str
    many: str
    params: dict[str, Any]

    def __new__(cls, template: str, many: str, params: dict[str, Any]) -> Self:
        """Make it; TypeError where parameters and placeholders differ."""
        if placeholders(template) | placeholders(many) != set(params):
            raise TypeError(f"parameters {sorted(params)} do not fit the sentence: {template}")
        english = many if many and params[COUNT] != 1 else template
        made = super().__new__(cls, _formatted(english, params, Language.EN))
        made.template, made.many, made.params = template, many, params
        return made

    def __reduce__(self) -> tuple[Callable[..., Sentence], tuple[Any, ...]]:
        """Copies and pickles keep both languages."""
        return type(self), (self.template, self.many, self.params)

    def text(self, language: Language | None = None) -> str:
        """The text in `language`, by default that of this request; English where the catalogue has no Chinese."""
        if (language or current()) is Language.EN:
            return str(self)
        translated = chinese().get(self.template)
        return _formatted(translated, self.params, Language.ZH) if translated else str(self)


class Labels(Sentence):
    """A sentence that brings both its texts: the label of a coded value, told within another sentence."""

    __slots__ = ("zh",)

    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Make it of its two texts."""
        made = super().__new__(cls, "{en}", "", {"en": en})
        made.zh = zh
        return made

    def __reduce__(self) -> tuple[Callable[..., Sentence], tuple[Any, ...]]:
        """Copies and pickles keep both languages."""
        return type(self), (str(self), self.zh)

    def text(self, language: Language | None = None) -> str:
        """The text in `language`, by default that of this request."""
        return str(self) if (language or current()) is Language.EN else self.zh


def say(template: str, /, *, many: str = "", **params: Any) -> Sentence:
    """A sentence. `template` and `many` are literals, so that the catalogue can be checked against the source.

    `many` is the English for any `count` but 1; Chinese has one form.
    """
    told = {name: said(value) if isinstance(value, BaseException) else value for name, value in params.items()}
    return Sentence(template, many, told)


def joined(texts: Sequence[str]) -> str:
    """Several texts as one, parted by semicolons; empty for none."""
    return reduce(lambda one, other: say("{one}; {other}", one=one, other=other), texts) if texts else ""


def said(error: BaseException) -> str:
    """What an exception says, as the sentence it was raised with where it was raised with one."""
    return error.args[0] if len(error.args) == 1 and isinstance(error.args[0], Sentence) else str(error)


def text_of(text: str, language: Language | None = None) -> str:
    """The text in `language`, by default that of this request; text that is no sentence stays as it is."""
    return text.text(language) if isinstance(text, Sentence) else text


def translated(template: str, language: Language | None = None) -> str:
    """A sentence without parameters that has become a plain str on its way, by its English text."""
    return template if (language or current()) is Language.EN else chinese().get(template, template)


def _formatted(template: str, params: dict[str, Any], language: Language) -> str:
    return template.format_map({name: _told(value, language) for name, value in params.items()})


def _told(value: Any, language: Language) -> Any:
    if isinstance(value, Sentence):
        return value.text(language)
    if isinstance(value, (list, tuple)):
        return ("、" if language is Language.ZH else ", ").join(str(_told(each, language)) for each in value)
    return value
