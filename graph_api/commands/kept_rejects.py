"""Rejected rows as they are kept with their load: some of each kind of trouble, telephone numbers masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from loaders.report import Reject
from schema.provenance import RejectedRow
from schema.telephone import without_numbers
from schema.words import Language, Sentence, text_of

MOST = 200
"""Rejected rows of a file that are kept."""
MOST_OF_A_KIND = 20
"""Those of one kind of trouble: thousands of rows have few reasons, and none hides another."""
LONGEST = 200
"""Characters of a value that are kept."""


def kept_rejects(rejects: Iterable[Reject], files: Collection[str]) -> tuple[RejectedRow, ...]:
    """What is kept of the rejects of these files (or sheets of one), in their order."""
    kept: list[RejectedRow] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for each in rejects:
        if each.file not in files:
            continue
        template = each.reason.template if isinstance(each.reason, Sentence) else each.reason
        seen[kind := (each.file, each.column, template)] += 1
        if seen[kind] <= MOST_OF_A_KIND:
            kept.append(_kept(each))
        if len(kept) == MOST:
            break
    return tuple(kept)


def _hidden(sentence: str, language: Language) -> str:
    """What a sentence says, without the telephone numbers of the file: examples that the sentence gives itself stay."""
    if not isinstance(sentence, Sentence) or not sentence.params:
        return text_of(sentence, language) if isinstance(sentence, Sentence) else without_numbers(sentence)
    if all(type(value) in (str, int, float) for value in sentence.params.values()):
        params = {name: _hidden_value(value) for name, value in sentence.params.items()}
        return text_of(Sentence(sentence.template, sentence.many, params), language)
    return without_numbers(text_of(sentence, language))


def _hidden_value(value: str | float) -> str | float:
    return without_numbers(value) if isinstance(value, str) else value


def _kept(each: Reject) -> RejectedRow:
    texts = {
        name: _hidden(sentence, language)
        for name, sentence, language in (
            ("reason", each.reason, Language.EN),
            ("reason_zh", each.reason, Language.ZH),
            ("remedy", each.remedy, Language.EN),
            ("remedy_zh", each.remedy, Language.ZH),
        )
    }
    value = without_numbers(each.value)[:LONGEST]
    return RejectedRow(file=each.file, row=each.row, column=each.column, value=value, **texts)
