"""References that lead nowhere: what was looked for, and which sheet would have it."""

from __future__ import annotations

import re
from collections.abc import Collection

from loaders.tabular.by_name import NAMED
from schema.registry import EntityKind
from schema.validation import masked
from schema.words import Sentence, say

_TOLD = (
    ("变电站", EntityKind.SUBSTATION),
    ("配电站", EntityKind.DISTRIBUTION_STATION),
    ("馈线", EntityKind.FEEDER),
    ("线路", EntityKind.FEEDER),
    ("母线", EntityKind.BUSBAR_SECTION),
    ("班组", EntityKind.TEAM),
    ("部门", EntityKind.ORGANISATION),
    ("单位", EntityKind.ORGANISATION),
    ("人", EntityKind.PERSON),
)
"""What a column is of by its head, the surest first."""
CORRECT_ID = say("Correct the id, or load the file that has it.")
_TEAM = ("班", "组", "队")
_SHOWN = 3
_CONTACTS = {EntityKind.CONTACT}
_PEOPLE = {EntityKind.PERSON}
_NUMBER = re.compile(r"(?:\d[\s()-]*){7}")


def is_missing(ident: str, allowed: Collection[EntityKind]) -> Sentence:
    """Why a reference leads nowhere."""
    ident = shown(ident, allowed)
    if NAMED.isdisjoint(allowed):
        return say("no row has the id {ident}, and it is not in the graph", ident=ident)
    return say("nothing in these files or the graph has the id {ident} or is called so", ident=ident)


def shown(ident: str, allowed: Collection[EntityKind]) -> str:
    """What a report shows of a reference: of a number in the place of a contact's id the last digits."""
    return masked(ident) if set(allowed) == _CONTACTS and _NUMBER.search(ident) else ident


def to_add(head: str, ident: str, allowed: Collection[EntityKind]) -> Sentence:
    """What to do about a reference that leads nowhere: the sheet that would have it."""
    if set(allowed) == _CONTACTS:
        return say("Correct the id, or load the file that has it; call a column of telephone numbers 电话 (phone).")
    if set(allowed) == _PEOPLE:
        return say(
            "Load the list of people (通讯录: 姓名, 手机) with these files or before them, "
            "or correct the name {ident}.",
            ident=ident,
        )
    named = [kind for kind in EntityKind if kind in NAMED and kind in allowed]
    told = [kind for word, kind in _TOLD if word in head and kind in named]
    told = [EntityKind.TEAM] if EntityKind.TEAM in named and ident.endswith(_TEAM) else told
    kinds = told[:1] or named[:_SHOWN]
    if not kinds:
        return CORRECT_ID
    sheets = " / ".join(f"{kind.zh} ({kind.label})" for kind in kinds)
    return say(
        "Correct it, or add a sheet {sheets} with the columns id and name, or name alone, that has {ident}.",
        sheets=sheets,
        ident=ident,
    )
