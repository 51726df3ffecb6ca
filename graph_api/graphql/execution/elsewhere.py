"""Elsewhere (外派): a query that another process of this service answers on the same graph; what travels both ways."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from graphql import OperationDefinitionNode, OperationType

from graph_api.access.principal import Principal
from graph_api.errors import StaleReplica
from graph_api.graphql.context import Context
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.urgency import root_fields
from graph_api.live.graph import LiveStatus
from schema.numbers import Revision
from schema.words import Language, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph_api.graphql.execution.documents import Prepared
    from graph_api.graphql.execution.lanes import Gone

OWN = frozenset({"accessRegister", "auditEntries"})
"""Questions about what only the process knows that is asked."""
_OF_STATUS, _OF_AUDIT = "graph", "auditHead"
CATCHES_UP_S = 2.0
"""Seconds that a process has to reach the revision of another one."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A query with all that its answer hangs on."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]
    principal: Principal
    language: Language
    now: datetime
    request_id: str
    store: str
    """Id of the store that it is asked of."""
    revision: int
    """Revision that is known here: no older one may be answered at."""
    exactly: bool
    """Whether no younger one may, either."""
    since: int | None
    hides_all: bool
    status: LiveStatus | None
    """How the store is here, if that is asked."""
    head: str
    """Digest of the last line of the audit here, if that is asked."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Its answer, with what of it the audit has to know."""

    revision: int
    data: bytes
    """As JSON; empty where nothing was executed."""
    errors: bytes
    """As JSON, a list."""
    codes: tuple[str, ...]
    seen: dict[str, set[str]]
    nothing_new: bool


class Lost(Exception):
    """The process that worked on it ended."""


class Seat(Protocol):
    """A place in another process."""

    async def ask(self, question: Question, gone: Gone | None) -> Told | None:
        """The answer; None where it knows too little or too much for that. Raises Stopped if nobody waits, Lost."""
        ...


class Elsewhere(Protocol):
    """Other processes of this service."""

    def seat(self, *, heavy: bool, busy_here: int) -> Seat | None:
        """A place for one question; None = it is to be answered here."""
        ...


def question_of(
    prepared: Prepared,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    context: Context,
) -> Question | None:
    """What travels; None for what can be answered in this process alone."""
    asked = set(root_fields(prepared.document, operation.selection_set))
    if not asked.isdisjoint(OWN):
        return None
    return Question(
        query=prepared.text,
        operation_name=operation.name.value if operation.name else None,
        variables=dict(variables),
        principal=context.principal,
        language=current(),
        now=context.now,
        request_id=context.request_id,
        store=context.graph.store_uuid,
        revision=context.graph.revision,
        exactly=operation.operation is OperationType.SUBSCRIPTION,
        since=context.since,
        hides_all=context.hides_all,
        status=context.status() if _OF_STATUS in asked else None,
        head=context.audit_head() if _OF_AUDIT in asked else "",
    )


async def answer_of(told: Told, context: Context) -> Answer | None:
    """The answer that came back, once this process knows its revision, too: nobody is told of an older one after it.

    None where that takes too long.
    """
    try:
        await context.live.at_least(Revision(told.revision), CATCHES_UP_S)
    except StaleReplica:
        return None
    context.answered_at = Revision(told.revision)
    context.nothing_new = told.nothing_new
    for field, ids in told.seen.items():
        context.seen.setdefault(field, set()).update(ids)
    errors = msgspec.json.decode(told.errors)
    body: dict[str, Any] = {"errors": errors} if errors else {}
    if told.data:
        body["data"] = None if told.data == b"null" else msgspec.Raw(told.data)
    return Answer(body, told.codes, refused=not told.data)
