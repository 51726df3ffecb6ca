"""Things by the names that people use, as the API shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context
from graph_api.graphql.entities import Entity
from graph_api.graphql.explore.neighbourhood import BY_NUMBER
from graph_api.graphql.projection import shown, shows
from graph_api.services.explore import naming as service
from graph_api.services.explore.search import MAX_TEXT
from schema.personal_texts import may_be_personal
from schema.registry import EntityKind
from schema.words import say

MAX_NAMES = 100
"""Most names that one question may hold."""


@shows(
    service.Naming,
    description="名称解析: 名称（标识、名称、编号、别名、拼音、首字母）所指的对象，不作猜测。 "
    "What a name (id, name, number, alias, 拼音, initials) stands for; never a "
    "guess.",
)
class Naming:
    """A name and what it stands for."""

    text: str = shown("文本: 所给出的名称。 The name, as it was asked.")
    thing: Entity | None = shown(
        "对象: 唯一相符的对象，没有或有多个时为空。 The one thing that fits; null if none or several do."
    )
    candidates: list[Entity] = shown(
        "候选: 相符的多个对象，最相符者在前，最多 8 个。 Several that fit, best first, at most 8."
    )
    more: int = shown(
        "其余候选数: 此外还相符的对象数，最多计 392 个。 Further ones that fit beside those; counted up to 392."
    )
    nearest: Entity | None = shown(
        "相近对象: 所要类型均不相符时，其他类型中相符的对象。 Where none of the wanted "
        "kinds fits: what of another kind does."
    )


def names_of(context: Context, texts: Sequence[str], kinds: Collection[EntityKind] | None) -> list[Any]:
    """What each of these names stands for, in order. Raises InvalidInput for too many or too long ones."""
    if len(texts) > MAX_NAMES:
        raise InvalidInput(say("Ask for at most {most} names at once.", most=MAX_NAMES))
    for text in texts:
        if len(text) > MAX_TEXT:
            raise InvalidInput(say("A name may have at most {most} characters.", most=MAX_TEXT), argument="texts")
    found = [service.name_of(context.model, text, kinds, context.seen_contacts) for text in texts]
    graph = context.graph
    for each in found:
        if each.thing is not None and graph.id(each.thing) != each.text and may_be_personal(each.text):
            context.saw(BY_NUMBER, graph.id(each.thing))
    return found
