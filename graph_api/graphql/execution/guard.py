"""Guard (访问规则): each question has a rule who may ask it (`schema.access.QUESTIONS`); else no schema is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import GraphQLSchema, default_field_resolver

from schema.access import QUESTIONS, Act


def guard(schema: GraphQLSchema) -> None:
    """Have each root question and subscription ask first whether one may. Raises LookupError for one without a rule.

    What everybody may who is let in is asked by the endpoint itself; mutations ask for the act of their command.
    """
    roots = [each for each in (schema.query_type, schema.subscription_type) if each is not None]
    for name, field in (pair for root in roots for pair in root.fields.items()):
        if name not in QUESTIONS:
            raise LookupError(f"schema.access.QUESTIONS says not who may ask {name}")
        if QUESTIONS[name] is not Act.READ:
            field.resolve = partial(_guarded, field.resolve or default_field_resolver, QUESTIONS[name])


def _guarded(resolve: Callable[..., Any], act: Act, source: Any, info: Any, **arguments: Any) -> Any:
    info.context.principal.require(act)
    return resolve(source, info, **arguments)
