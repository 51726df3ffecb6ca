"""Entries of the audit that a request makes: what it changed, what it revealed, what it showed unmasked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from graph_api.access.audit import CHANGE, ELEVATED, REVEAL, SEE, Entry
from graph_api.graphql.context import Context
from schema.access import AccessRole
from schema.personal_texts import without_personal

REVEALED = "Contact.value"
"""What of a contact is revealed, as the audit calls it."""


def audited(context: Context) -> list[Entry]:
    """Entries of what a request changed, and of what it showed unmasked."""
    changes = [
        change_entry(context, each.command, each.things, each.on_behalf_of, each.revision) for each in context.changed
    ]
    entry, revision = entry_of(context), context.revision
    reveals = [
        entry(
            act=REVEAL, what=REVEALED, things=each.contacts, revision=revision, incident=each.incident,
            reason=each.reason,
        )
        for each in context.reveals
    ]  # fmt: skip
    told = {id for each in context.reveals for id in each.contacts}
    seen = [
        entry(act=SEE, what=what, things=tuple(sorted(left)), revision=revision)
        for what, ids in sorted(context.seen.items())
        if (left := ids - told if what == REVEALED else ids) or not ids
    ]
    return changes + reveals + seen


def change_entry(context: Context, command: str, things: tuple[str, ...], on_behalf_of: str, revision: int) -> Entry:
    """The entry of a change; numbers that somebody wrote into a name stand not in it."""
    return entry_of(context)(
        act=CHANGE, what=command, things=things, revision=revision, on_behalf_of=without_personal(on_behalf_of)
    )


def entry_of(context: Context) -> Callable[..., Entry]:
    """Makes entries of who asks, when, from where, by which operation; elevated for which reason."""
    principal = context.principal
    elevated = (ELEVATED,) if principal.elevated_for else ()
    return partial(
        Entry,
        at=context.now,
        who=str(principal.actor),
        roles=(*(role.value for role in AccessRole if role in principal.roles), *elevated),
        reason=principal.elevated_for,
        origin=context.origin,
        operation=context.operation,
        request_id=context.request_id,
    )
