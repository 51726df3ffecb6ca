"""What the settings make of the GraphQL parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from graph_api.access.elevations import Elevations
from graph_api.access.intents import Intents
from graph_api.access.register import Register
from graph_api.graphql.context import Clock
from graph_api.graphql.execution.documents import Documents
from graph_api.graphql.execution.executor import Executor
from graph_api.graphql.execution.lanes import Bounds, Lanes
from graph_api.graphql.execution.limits import Limits
from graph_api.graphql.execution.operations import Operations
from graph_api.graphql.execution.shares import Share, Shares
from graph_api.graphql.schema import build_schema, executable
from graph_api.graphql.wings import Wing, part_of
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from schema.words.operation_words import WORD_LISTS

if TYPE_CHECKING:
    from graph_api.services.location import Rates


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings set."""
    return Limits(
        body_bytes=settings.max_body_bytes,
        tokens=settings.max_tokens,
        depth=settings.max_depth,
        fields=settings.max_fields,
        aliases=settings.max_aliases,
        directives=settings.max_directives,
        cost=settings.max_cost,
    )


def bounds_of(settings: Settings, *, served: bool) -> Bounds:
    """How much may run at once; a command of this user has all the time that it needs."""
    return Bounds(
        quick=settings.worker_threads,
        heavy=max(1, settings.heavy_processes),
        waiting=settings.max_waiting,
        cpu_seconds=settings.max_cpu_seconds if served else math.inf,
    )


def operations_of(
    settings: Settings,
    live: LiveGraph,
    clock: Clock,
    intents: Intents,
    asks: Collection[tuple[str, str]] = (),
    register: Callable[[], Register] = Register,
) -> Operations:
    """The door for GraphQL operations on a live graph: for any, or for these alone (document, name of the operation).

    Raises InvalidInput for a file of rates that cannot be used.
    """
    part = part_of(asks)
    schema, limits = executable(build_schema(part)), limits_of(settings)
    if part is None or Wing.LOCATION in part.wings:
        _rates(settings)  # what is wrong with the file is told at once
    return Operations(
        live=live,
        documents=Documents(schema, limits, introspection=settings.introspection),
        executor=Executor(
            schema,
            limits,
            Lanes(bounds_of(settings, served=not asks)),
            compiled=settings.execution == "compiled",
        ),
        clock=clock,
        rates=lambda: _rates(settings),
        words=WORD_LISTS[settings.operation_words],
        keep_reports=timedelta(days=settings.position_retention_days),
        audit=intents.audit,
        intents=intents,
        elevations=Elevations(clock),
        shares=Shares(Share(settings.max_at_once, settings.max_per_second)),
        register=register,
    )


def _rates(settings: Settings) -> Rates:
    from graph_api.rate_files import load_rates  # what only fault location has to wait for

    return load_rates(Path(settings.location_rates)) if settings.location_rates else load_rates()
