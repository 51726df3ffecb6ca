"""Sentences that users read, in English where they are said and in Chinese from one catalogue.

A sentence is said as a template with named parameters, `say("Name at most {most} ids.", most=100)`: it is its English
text, and `text(Language.ZH)` its Chinese one. The Chinese stands in `zh.po`, a gettext catalogue, because translators
have tools for that form (Poedit, Weblate) and one file is all they edit; it is read as it is, when first needed, so
nothing has to be compiled and no dependency is added. Codes with two labels each (vocabularies) hold both themselves.

Imports nothing of ours, so that every part may say something.
"""

from __future__ import annotations

from schema.words.catalogue import described
from schema.words.language import Language, accepted, choose, current, speaking
from schema.words.sentence import Labels, Sentence, joined, said, say, text_of, translated

__all__ = [
    "Labels",
    "Language",
    "Sentence",
    "accepted",
    "choose",
    "current",
    "described",
    "joined",
    "said",
    "say",
    "speaking",
    "text_of",
    "translated",
]
