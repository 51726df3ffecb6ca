"""References that lead nowhere: what was looked for, and which sheet would have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from loaders.tabular.by_name import NAMED
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
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
SEVERAL = say("Write the id of the one that is meant.")
_CALLED = (
    (re.compile(r".*(?:班|组|队)"), EntityKind.TEAM),
    (re.compile(r".*(?:负荷开关|环网柜)"), EntityKind.LOAD_BREAK_SWITCH),
    (re.compile(r".*(?:刀闸|隔离开关)"), EntityKind.DISCONNECTOR),
    (re.compile(r".*(?:开关|断路器)"), EntityKind.BREAKER),
    (re.compile(r".*(?:母线|母|M)"), EntityKind.BUSBAR_SECTION),
    (re.compile(r".*(?:变|变电站|变电所)"), EntityKind.SUBSTATION),
    (re.compile(r".*(?:线|线路|馈线|[回路])"), EntityKind.FEEDER),
    (re.compile(r".*(?:公司|局|所|部|科|中心|厂)"), EntityKind.ORGANISATION),
)
"""What a name says of its thing, the surest first."""
_HEADED = (("首端", EntityKind.BREAKER), ("出线开关", EntityKind.BREAKER))
"""What a column is of by its head where the name says nothing."""
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


def wrong_end(
    kind: RelationshipKind,
    source: str,
    target: str,
    kind_of: Callable[[str], EntityKind | None],
    unclear: Mapping[str, str],
) -> str:
    """Why a relationship cannot be: an end that is nowhere, or of another kind; "" for one that can."""
    ends = ENDS[kind]
    for ident, allowed, side in ((source, ends.sources, "source"), (target, ends.targets, "target")):
        found = kind_of(ident)
        if found is None:
            return unclear[ident] if ident in unclear else is_missing(ident, allowed)
        if found not in allowed:
            return say(
                "{ident} is a {found}, which cannot be the {side} of {kind}",
                ident=ident,
                found=found.label,
                side=side,
                kind=kind.value,
            )
    return ""


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
    told = [kind for form, kind in _CALLED if kind in allowed and form.fullmatch(ident)]
    told += [kind for word, kind in _TOLD if word in head and kind in named]
    told += [kind for word, kind in _HEADED if word in head and kind in allowed]
    kinds = told[:1] or named[:_SHOWN]
    if not kinds:
        return CORRECT_ID
    sheets = " / ".join(f"{kind.zh} ({kind.label})" for kind in kinds)
    return say(
        "Correct it, or add a sheet {sheets} with the columns id and name, or name alone, that has {ident}.",
        sheets=sheets,
        ident=ident,
    )


def several_called(name: str, ids: Sequence[str]) -> Sentence:
    """Why a name that several things have leads to none."""
    return say("several are called {name}: {ids}", name=name, ids=list(ids))


def remedy_of(
    head: str, ident: str, allowed: Collection[EntityKind], kind: EntityKind | None, unclear: str | None
) -> Sentence:
    """What to do about a reference that was dropped; `unclear` is why a name leads to none of several."""
    if kind is None and unclear is None:
        return to_add(head, ident, allowed)
    several = isinstance(unclear, Sentence) and unclear.template == _SEVERAL.template
    return SEVERAL if several and kind is None else CORRECT_ID


_SEVERAL = several_called("", ())
