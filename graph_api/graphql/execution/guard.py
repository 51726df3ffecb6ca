"""Guard (访问规则): each question has a rule who may ask it (`schema.access.QUESTIONS`); else no schema is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import GraphQLSchema, default_field_resolver

from schema.access import CHANGES, QUESTIONS, Act


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
        if act is not Act.READ:
            field.resolve = partial(_guarded, field.resolve or default_field_resolver, act)


def _guarded(resolve: Callable[..., Any], act: Act, source: Any, info: Any, **arguments: Any) -> Any:
    info.context.principal.require(act)
    return resolve(source, info, **arguments)
