"""Guard (访问规则): each question has a rule who may ask it (`schema.access.QUESTIONS`); else no schema is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import GraphQLSchema, default_field_resolver

from graph_api.errors import Forbidden
from schema.access import CHANGES, QUESTIONS, SCOPED, Act
from schema.words import say


def guard(schema: GraphQLSchema) -> None:
    """Have each root question and subscription ask first whether one may. Raises LookupError for one without a rule.

    What everybody may who is let in is asked by the endpoint itself; commands ask for their own acts, other changes for
    what `schema.access.CHANGES` says.
    """
    roots = [each for each in (schema.query_type, schema.subscription_type) if each is not None]
    fields = [pair for root in roots for pair in root.fields.items()]
    for name, _ in fields:
        if name not in QUESTIONS:
            raise LookupError(f"schema.access.QUESTIONS says not who may ask {name}")
    changes = () if schema.mutation_type is None else schema.mutation_type.fields.items()
    for name, field in (*fields, *changes):
        act = CHANGES.get(name) or QUESTIONS.get(name, Act.READ)
        of_the_whole = name in QUESTIONS.keys() - SCOPED
        if act is not Act.READ or of_the_whole:
            resolve = field.resolve or default_field_resolver
            field.resolve = partial(_guarded, resolve, act, of_the_whole)


def _guarded(
    resolve: Callable[..., Any], act: Act, of_the_whole: bool, source: Any, info: Any, **arguments: Any
) -> Any:
    principal = info.context.principal
    principal.require(act)
    if of_the_whole and principal.scope is not None:
        raise Forbidden(say("This tells of the whole grid, and you see a part of it: ask somebody who has no scope."))
    return resolve(source, info, **arguments)
