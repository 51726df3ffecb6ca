"""Generated functions answer random questions over the whole schema as stock graphql-core does, errors included."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    validate,
)

from graph_api.access.principal import local_user
from graph_api.graphql.context import Context
from graph_api.graphql.execution import query_executor
from graph_api.graphql.execution.generated import Call, Generated
from graph_api.graphql.execution.query_executor import QueryExecutor, never_awaited
from graph_api.graphql.execution.resolvers import Contextual, Plain
from graph_api.graphql.execution.scoped import ScopedExecutor
from graph_api.graphql.schema import build_schema, executable
from graph_api.live.graph import LiveGraph
from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.access import SCOPED
from seeds.generator import batches
from tests.graphql.access.test_leak_walk import QUESTIONS
from tests.graphql.conftest import client_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LISTS = ("customers", "feeders", "substations", "equipment", "people", "teams", "plans", "customersOut", "openPoints")
ROOTS = {
    **dict.fromkeys(LISTS, "(first: 3)"),
    **{name: given for name, given in QUESTIONS.items() if name not in {"auditEntries", "incident", "screening"}},
    "nodes": '(ids: ["LJ:CUS:4", "LJ:CUS:6", "LJ:FDR:1021", "LJ:SEG:1021:4", "LJ:PER:LEAD1", "nothing"])',
}
SLOW = {"restoration", "locateFault", "responsibilityTable", "resolve", "search"}
LIGHT = sorted(ROOTS.keys() - SLOW)
DEEP = 5
SCHEMA: GraphQLSchema = executable(build_schema())


@pytest.fixture(scope="module")
def model() -> ReadModel:
    pieces = list(batches(today=date(2026, 11, 23)))
    return ReadModel.build(
        Snapshot.of(
            [entity for piece in pieces for entity in piece.entities],
            [link for piece in pieces for link in piece.relationships],
        )
    )


class Asking:
    """Writes random questions: aliases, fragments, conditions, abstract types, a few arguments."""

    def __init__(self, seed: int, roots: list[str]) -> None:
        self.roots = roots
        self.chance = random.Random(seed)
        self.fragments: list[str] = []
        self.aliases = 0

    def document(self) -> str:
        name = self.chance.choice(self.roots)
        assert SCHEMA.query_type is not None
        root = SCHEMA.query_type.fields[name]
        below = self.selection(get_named_type(root.type), DEEP)
        return f"query ($yes: Boolean!, $no: Boolean!) {{ {name}{ROOTS[name]} {below} }} " + " ".join(self.fragments)

    def selection(self, kind: Any, depth: int) -> str:
        fields = getattr(kind, "fields", {})
        chosen = self.chance.sample(sorted(fields), min(len(fields), self.chance.randrange(1, 7)))
        parts = [part for name in chosen for part in self.field(name, fields[name], depth)]
        if is_abstract_type(kind):
            possible = sorted(SCHEMA.get_possible_types(kind), key=lambda each: each.name)
            some = self.chance.sample(possible, min(len(possible), 3))
            parts += [f"... on {one.name} {self.selection(one, depth - 1)}" for one in some]
        if depth and self.chance.random() < 0.2:
            self.fragments.append(f"fragment F{len(self.fragments)} on {kind.name} {{ __typename }}")
            parts.append(f"...F{len(self.fragments) - 1}")
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def field(self, name: str, asked: GraphQLField, depth: int) -> Iterator[str]:
        if any(isinstance(each.type, GraphQLNonNull) and each.default is None for each in asked.args.values()):
            return
        kind = get_named_type(asked.type)
        given = f"(first: {self.chance.randrange(3)})" if "first" in asked.args else ""
        condition = self.chance.choice(["", "", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @skip(if: $no)"])
        self.aliases += 1
        alias = f"a{self.aliases}: " if given or self.chance.random() < 0.3 else ""
        if is_leaf_type(kind):
            yield f"{alias}{name}{given}{condition}"
        elif depth > 0:
            yield f"{alias}{name}{given}{condition} {self.selection(kind, depth - 1)}"


def told(result: Any) -> str:
    assert isinstance(result, ExecutionResult)
    return repr((result.data, [error.formatted for error in result.errors or []]))


def ask(model: ReadModel, document: Any, **how: Any) -> str:
    who = how.pop("who", local_user())
    context = Context(None, model, load_rates, NOW, principal=who)  # type: ignore[arg-type]
    variables = {"yes": how.pop("yes", True), "no": False}
    return told(execute(SCHEMA, document, context_value=context, variable_values=variables, **how))


def quick(model: ReadModel, document: Any, *, yes: bool = True) -> str:
    return ask(model, document, yes=yes, executor_class=QueryExecutor, is_awaitable=never_awaited)


def questions(first: int, count: int, roots: list[str]) -> Iterator[Any]:
    for seed in range(first, first + count):
        text = Asking(seed, roots).document()
        document = parse(text)
        if not validate(SCHEMA, document):  # fields of one name with other arguments may meet
            yield document


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> Generated:
    fresh = Generated()
    monkeypatch.setattr(query_executor, "GENERATED", fresh)
    return fresh


def agree(model: ReadModel, documents: Iterator[Any]) -> int:
    """Also when asked again, and with another value of a condition: what was written for the first is kept."""
    asked = 0
    for document in documents:
        asked += 1
        whole = ask(model, document)
        assert quick(model, document) == whole
        assert quick(model, document) == whole
        assert quick(model, document, yes=False) == ask(model, document, yes=False)
    return asked


def test_random_questions_are_answered_as_graphql_core_does(model: ReadModel, generated: Generated) -> None:
    assert agree(model, questions(0, 25, LIGHT)) > 15
    assert generated.answered > 20 * generated.handed_over


@pytest.mark.slow
def test_so_are_many_of_all_kinds(model: ReadModel, generated: Generated) -> None:
    assert agree(model, questions(5_000, 60, sorted(ROOTS))) > 40
    assert generated.answered > 20 * generated.handed_over


@pytest.mark.parametrize("area", ["LJ:AREA:1", "LJ:ORG:C13"])
def test_who_has_a_scope_is_answered_as_field_by_field(
    area: str, model: ReadModel, generated: Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = replace(local_user(), given_scope=frozenset([area]))
    how: dict[str, Any] = {"executor_class": ScopedExecutor, "is_awaitable": never_awaited, "who": who}
    roots = [name for name in LIGHT if name in SCOPED]
    documents = list(questions(20_000, 25, roots))
    found = [ask(model, document, **how) for document in documents]
    assert found == [ask(model, document, **how) for document in documents]
    assert generated.answered > generated.handed_over
    monkeypatch.setattr(Call, "function", lambda *_: None)
    assert found == [ask(model, document, **how) for document in documents]
    assert any(ask(model, document) != one for one, document in zip(found, documents, strict=True))


def breaking(read: Callable[..., Any], one_in: int) -> Callable[..., Any]:
    """A reader that raises, or gives nothing or something odd, for some of what it is asked of."""

    def broken(source: Any, *more: Any) -> Any:
        name = str(getattr(source, "id", type(source).__name__))
        pick = sum(name.encode()) % one_in
        if pick == 0:
            raise ValueError(name)
        return {1: None, 2: ValueError("given"), 3: 2**40}.get(pick, read(source, *more))

    return broken


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_so_are_errors_of_resolvers(
    seed: int, model: ReadModel, generated: Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    objects = [each for each in SCHEMA.type_map.values() if isinstance(each, GraphQLObjectType)]
    fields = [field for kind in objects for field in kind.fields.values() if isinstance(field.resolve, Plain)]
    asking = [field for kind in objects for field in kind.fields.values() if isinstance(field.resolve, Contextual)]
    one_in = chance.choice([4, 7, 40])
    for field in chance.sample(fields, len(fields) // 10):
        assert isinstance(field.resolve, Plain)
        monkeypatch.setattr(field, "resolve", Plain(breaking(field.resolve.get, one_in)))
    for field in chance.sample(asking, len(asking) // 10):
        assert isinstance(field.resolve, Contextual)
        asks = breaking(field.resolve.asks, one_in)
        monkeypatch.setattr(field, "resolve", Contextual(asks, lambda source, info, asks=asks: asks(source, info)))
    failed = 0
    for document in questions(1_000 * (seed + 1), 12 if seed == 0 else 25, LIGHT):
        whole = ask(model, document)
        failed += "'path'" in whole
        assert quick(model, document) == whole
        assert quick(model, document) == whole
    assert failed
    assert generated.handed_over


async def test_who_answers_is_a_setting_and_is_counted(live: LiveGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Generated()
    monkeypatch.setattr(query_executor, "GENERATED", fresh)
    question = {"query": "{ feeders(first: 2) { totalCount nodes { id name kind } } }"}
    answers = []
    for execution in ("plain", "compiled"):
        async with client_of(live, execution=execution) as client:
            answers.append((await client.post("/graphql", json=question)).content)
    assert answers[0] == answers[1]
    assert (fresh.answered, fresh.handed_over) == (1, 0)
