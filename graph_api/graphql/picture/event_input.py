"""The event as one input: the same arguments as the questions of an event take, for those that may do without one."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, get_args

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.outage.event import ARGUMENTS, event_of
from graph_api.services.outage.event import Event


def _input() -> Any:
    """An input type with a field for each argument of an event."""
    annotations, values = {}, dict[str, Any]()
    for name, (annotation, default) in ARGUMENTS.items():
        hint, about = get_args(annotation)
        annotations[name] = hint
        if default is inspect.Parameter.empty:
            values[name] = strawberry.field(default_factory=list, description=about.description)
        else:
            values[name] = strawberry.field(default=default, description=about.description)
    made = type("EventInput", (), {"__annotations__": annotations, "__module__": __name__, **values})
    made.__doc__ = "What happens."
    return strawberry.input(
        made,
        description="事件: 何设备于何时发生何种情况，含义与 `impact` 的参数相同。 What happens to which things and "
        "when; the fields mean what the arguments of `impact` do.",
    )


EventInput: Any = _input()


def event_given(context: Context, given: Any) -> Event | None:
    """The event that an input says; None for none. Raises as `event_of`."""
    if given is None:
        return None
    said = {field.name: getattr(given, field.name) for field in dataclasses.fields(given)}
    return event_of(context, **said)
