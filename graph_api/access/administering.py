"""Administering (权限管理): how keys and accounts are given, changed and taken, by commands and by the API alike."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from graph_api.access.keys import NewKey
from graph_api.access.principal import document_digest
from graph_api.access.register import Register
from graph_api.actor import Actor
from graph_api.errors import InvalidInput
from schema.access import AccessRole
from schema.words import say

Edit = Callable[[Register], Register]
"""A register after a change. Raises InvalidInput where it cannot be made."""

MOST_DAYS = 3_660
_PASSWORD_BYTES = 15


def give_key(
    made: NewKey, name: str, roles: Collection[AccessRole], *, by: Actor, now: datetime, person: str | None = None,
    days: int | None = None, document: str | None = None, scope: Collection[str] | None = None,
) -> Edit:  # fmt: skip
    """Give a key; after `days` it opens nothing, `document` is all that it may send, `scope` are ids of what it is for,
    None = everything. Raises InvalidInput."""
    if person is None and AccessRole.ACCOUNT_MANAGER in roles:
        raise InvalidInput(say("An account manager sees the numbers of own customers: say which person it is."))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise InvalidInput(say("A key holds for 1 to {most} days.", most=MOST_DAYS))
    if document is not None and not document.strip():
        raise InvalidInput(say("A key is bound to a GraphQL document, and this one is empty."))
    expires = None if days is None else now + timedelta(days=days)
    only = None if document is None else document_digest(document)
    return lambda register: register.with_key(
        made, name, roles, by=by, now=now, expires_at=expires, person=person, only=only, scope=scope
    )


def add_account(
    name: str, roles: Collection[AccessRole], *, person: str, by: Actor, now: datetime, password: str | None,
    subject: str | None, scope: Collection[str] | None = None,
) -> Edit:  # fmt: skip
    """Make an account; `password` is a digest, `scope` as of keys."""
    return lambda register: register.with_account(
        name, roles, person=person, by=by, now=now, password=password, subject=subject, scope=scope
    )


def change_account(
    name: str, *, by: Actor, now: datetime, roles: Collection[AccessRole] | None, person: str | None,
    subject: str | None, scope: Collection[str] | None = None, whole: bool = False,
) -> Edit:  # fmt: skip
    """Change what an account may do, or who it is; None leaves as it is, `whole` takes its scope away. Raises
    InvalidInput where nothing changes, or a scope is given and taken at once."""
    if not roles and person is None and subject is None and scope is None and not whole:
        raise InvalidInput(say("Say what changes: roles, person, subject or scope."))
    if scope and whole:
        raise InvalidInput(say("Give it a scope, or take it away: not both."))
    return lambda register: register.with_changed(
        name, by=by, now=now, roles=roles or None, person=person, subject=subject, scope=scope, whole=whole
    )


def reset_password(name: str, *, by: Actor, now: datetime, password: str) -> Edit:
    """Give an account another password (its digest); sessions that were begun with the old one end."""
    return lambda register: register.with_changed(name, by=by, now=now, password=password)


def revoke(name: str, *, by: Actor, now: datetime) -> Edit:
    """Have a key or account, by name or id, open nothing any more."""
    return lambda register: register.without(name, by=by, now=now)


def new_password() -> str:
    """A password that nobody has chosen, to be told this once."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)
