"""Changes by who has a scope: only of what is there for them, and what is wrong is told without the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from graph_api.commands.committing import conflicts
from graph_api.commands.edits import Edit, Problem, Problems
from graph_api.commands.request import Request
from graph_api.errors import ErrorCode
from graph_api.graphql.context import Context
from graph_api.readmodel.scoped import OutOfScope
from schema.numbers import BEFORE_THE_FIRST, version_at
from schema.words import say

_TOLD = frozenset({ErrorCode.CONFLICT, ErrorCode.REQUEST_ID_CONFLICT})
"""What the store says: of the ids alone that were sent."""


def out_of_scope(context: Context, request: Request | Problems) -> Problems:
    """What is wrong with a request that names what is out of the scope: the same as if that were not there."""
    if context.graph.is_whole or not isinstance(request, Request):
        return ()
    if any(_is_outside(context, text) for text in _texts(request.command)):
        planned = _planned(context, request)
        return _refused(("input",)) if isinstance(planned, Edit) else planned
    gone = [id for id in request.expected if _is_outside(context, id)]
    return conflicts(dict.fromkeys(gone, version_at(BEFORE_THE_FIRST)))


def without_others(context: Context, request: Request | Problems, problems: Problems) -> Problems:
    """What is wrong with a request, in words that name nothing out of the scope."""
    if context.graph.is_whole or not isinstance(request, Request):
        return problems
    planned = _planned(context, request)
    if not isinstance(planned, Edit):
        return planned
    return tuple(
        each
        if each.code in _TOLD and (each.id is None or not _is_outside(context, each.id))
        else replace(each, message=_WORDS, id=None, version=None)
        for each in problems
    )


_WORDS = say("This cannot be done here: it touches what is out of what you may see.")


def _refused(path: tuple[str, ...]) -> Problems:
    return (Problem(code=ErrorCode.BAD_INPUT, path=path, message=_WORDS),)


def _planned(context: Context, request: Request) -> Edit | Problems:
    """The request as it is planned where nothing else is there."""
    try:
        return request.command.plan(context.model, context.now)
    except OutOfScope:
        return _refused(("input",))


def _is_outside(context: Context, text: str) -> bool:
    return context.whole.graph.number(text) is not None and context.graph.number(text) is None


def _texts(value: Any) -> Iterator[str]:
    """Each text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts(each)
