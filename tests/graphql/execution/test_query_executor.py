"""The quick execution of queries answers what graphql-core answers, errors included."""

from __future__ import annotations

import enum
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLSchema, execute, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_api.graphql.execution.query_executor import QueryExecutor, never_awaited
from graph_api.graphql.execution.resolvers import quicken


@strawberry.enum
class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


@strawberry.interface
class Thing:
    id: strawberry.ID


@strawberry.type
class Bolt(Thing):
    turns: int | None


@strawberry.type
class Box(Thing):
    name: str
    count: int | None
    weight: float
    open: bool
    colour: Colour | None
    must: Colour
    inside: Box | None
    needs: Box
    rows: list[Box]
    maybe: list[Box | None] | None
    words: list[str] | None
    things: list[Thing] | None

    @strawberry.field
    def twice(self) -> int:
        return self.count * 2  # type: ignore[operator]

    @strawberry.field
    def itself(self) -> Box:
        return self

    @strawberry.field
    def shout(self, times: int = 1) -> str:
        if times > 2:
            raise ValueError("too loud")
        return self.name.upper() * times


@strawberry.type
class Query:
    @strawberry.field
    def box(self, info: strawberry.Info) -> Box | None:
        return info.context

    @strawberry.field
    def sure(self, info: strawberry.Info) -> Box:
        return info.context


def schema_of() -> GraphQLSchema:
    made = strawberry.Schema(query=Query, types=[Bolt])._schema
    quicken(made)
    return made


SCHEMA = schema_of()
LEAVES = "id name count weight open colour must shout"
QUESTIONS = [
    f"{{ box {{ {LEAVES} __typename }} }}",
    f"{{ box {{ rows {{ {LEAVES} }} maybe {{ label: name inside {{ count }} }} words }} }}",
    f"{{ sure {{ needs {{ {LEAVES} needs {{ id }} }} inside {{ ...f }} }} }} fragment f on Box {{ id rows {{ id }} }}",
    "{ box { maybe { name count twice itself { twice id } } } }",
    "{ box { things { id __typename ... on Bolt { turns } ... on Box { colour inside { id } } } } }",
    "query ($loud: Int!) { box { shout(times: $loud) rows { shout(times: 3) } } sure { id @skip(if: true) weight } }",
]

ODD = st.sampled_from(
    [None, "text", "r", Colour.RED, Colour.BLUE, 7, 2**40, 1.5, float("nan"), True, ValueError("bad"), b"x"]
)


class Bare:
    """An object of another kind, with hardly an attribute."""

    id = "bare"


def boxes(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Boxes that are mostly as the schema says."""
    usual = {
        "id": st.text(max_size=3), "name": st.text(max_size=3), "count": st.integers(-9, 9), "weight": st.floats(0, 9),
        "open": st.booleans(), "colour": st.sampled_from(Colour), "must": st.sampled_from(Colour),
    }  # fmt: skip
    leaves = {name: st.one_of(each, each, each, each, ODD) for name, each in usual.items()}
    lists = st.one_of(st.lists(below, max_size=3), st.lists(below, max_size=2).map(tuple), ODD)
    bolts = st.builds(Bolt, id=st.text(max_size=2), turns=st.one_of(st.integers(), ODD))
    made = st.builds(
        Box, **leaves, inside=below, needs=below, rows=lists, maybe=lists,
        words=st.one_of(st.lists(st.one_of(st.text(max_size=2), ODD), max_size=3), ODD),
        things=st.lists(st.one_of(bolts, below), max_size=3),
    )  # fmt: skip
    return st.one_of(made, made, made, ODD, st.just(Bare()))


def leaf_box() -> Box:
    return Box(
        id=strawberry.ID("1"), name="n", count=None, weight=1.0, open=True, colour=None, must=Colour.RED, inside=None,
        needs=None, rows=[], maybe=None, words=None, things=None,  # type: ignore[arg-type]
    )  # fmt: skip


BOXES = st.recursive(st.builds(leaf_box), boxes, max_leaves=6)


def told(result: Any) -> tuple[Any, list[Any]]:
    assert isinstance(result, ExecutionResult)
    return result.data, [error.formatted for error in result.errors or []]


@settings(max_examples=400)
@given(BOXES, st.sampled_from(QUESTIONS), st.integers(0, 4))
def test_the_answer_and_its_errors_are_those_of_graphql_core(box: Any, question: str, loud: int) -> None:
    def ask(**how: Any) -> Any:
        return told(execute(SCHEMA, parse(question), context_value=box, variable_values={"loud": loud}, **how))

    assert repr(ask(executor_class=QueryExecutor, is_awaitable=never_awaited)) == repr(ask())
