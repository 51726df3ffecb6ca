"""The questions one can ask: resolvers of a few lines over the services."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Info
from graph_api.graphql.entities import Node
from graph_api.graphql.enums import VOCABULARIES, first_line
from graph_api.graphql.fields import about, answers

MAX_NODES = 500
"""Most ids that `nodes` takes."""


@strawberry.type(description="词汇: one coded value with its labels and where it comes from.")
class VocabularyTerm:
    """A coded value."""

    code: str = strawberry.field(description="代码: value as the enum has it.")
    zh: str = strawberry.field(description="中文: Chinese label.")
    en: str = strawberry.field(description="英文: English label.")
    source: str = strawberry.field(description="出处: document or practice it comes from; K = common knowledge.")


@strawberry.type(description="词汇表: the values of one enum.")
class Vocabulary:
    """A vocabulary."""

    name: str = strawberry.field(description="名称: name of the enum.")
    description: str = strawberry.field(description="说明: what it says.")
    terms: list[VocabularyTerm] = strawberry.field(description="词条: its values, in order.")


def _node(info: Info, entity_id: str) -> Any:
    index = info.context.graph.find(entity_id)
    return None if index is None else info.context.graph.entity(index)


@strawberry.type(description="查询: all answers of one request hold for one revision of the graph.")
class Query:
    """Root of all questions."""

    @answers("按标识查: the thing with this id; null if there is none. Merged ids lead on.")
    def node(self, info: Info, id: Annotated[strawberry.ID, about("标识: id of the thing.")]) -> Node | None:
        """The thing with an id."""
        return _node(info, id)  # type: ignore[no-any-return]

    @answers("批量按标识查: things in the order asked, null where there is none.")
    def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], about("标识: at most 500 ids.")],
    ) -> list[Node | None]:
        """The things with these ids."""
        if len(ids) > MAX_NODES:
            raise InvalidInput(f"`nodes` takes at most {MAX_NODES} ids.")
        return [_node(info, each) for each in ids]

    @answers("词汇: every coded value with Chinese and English label and its source.")
    def vocabulary(self) -> list[Vocabulary]:
        """All vocabularies."""
        return [
            Vocabulary(
                name=each.__name__,
                description=first_line(each),
                terms=[VocabularyTerm(code=term.value, zh=term.zh, en=term.en, source=term.source) for term in each],
            )
            for each in VOCABULARIES
        ]
