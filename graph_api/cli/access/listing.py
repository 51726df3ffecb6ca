"""`baodian access list`: keys and accounts that were given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graph_api.cli import output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, with_store
from schema.access import AccessRole
from schema.words import current, joined, say

if TYPE_CHECKING:
    from graph_api.access.accounts import Account
    from graph_api.access.register import ApiKey


def list_all(store: StoreOption = DEFAULT_STORE, as_json: output.JsonOption = False) -> None:
    """List all keys and accounts that were given."""
    from graph_api.access.changing import read_register

    now = datetime.now(UTC)
    register = with_store(store, read_register)
    if as_json:
        accounts = [_told_account(each) for each in register.accounts]
        output.emit_json({"keys": [_told_key(each, now) for each in register.keys], "accounts": accounts})
        return
    if not register.is_set_up:
        output.notice(say("No key or account was given yet: whoever reaches the service may do everything."))
    if register.keys:
        heads = (say("name"), say("id"), say("roles"), say("holder"), say("given"), say("expires"), say("state"))
        rows = (_key_row(each, now) for each in register.keys)
        output.emit(output.table(say("Keys"), *heads, rows=rows, whole=[say("id")]))
    if register.accounts:
        heads = (say("name"), say("roles"), say("person"), say("log-in"), say("given"), say("changed"), say("state"))
        output.emit(output.table(say("Accounts"), *heads, rows=map(_account_row, register.accounts)))


def _told_key(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": key.roles,
        "person": key.person,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "revokedBy": key.revoked_by,
        "holds": key.holds(now),
    }


def _told_account(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "roles": account.roles,
        "person": account.person,
        "password": account.password is not None,
        "subject": account.subject,
        "createdAt": account.created_at,
        "createdBy": account.created_by,
        "changedAt": account.changed_at,
        "changedBy": account.changed_by,
        "revokedAt": account.revoked_at,
        "holds": account.holds,
    }


def _key_row(key: ApiKey, now: datetime) -> tuple[object, ...]:
    state = say("holds") if key.holds(now) else say("revoked") if key.revoked_at is not None else say("expired")
    return key.name, key.id, _roles(key.roles), key.person, _day(key.created_at), _day(key.expires_at), state


def _account_row(account: Account) -> tuple[object, ...]:
    ways = [say("password")] if account.password is not None else []
    ways += [say("identity provider")] if account.subject is not None else []
    state = say("holds") if account.holds else say("revoked")
    given, changed = _day(account.created_at), _day(account.changed_at)
    return account.name, _roles(account.roles), account.person, joined(ways), given, changed, state


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(AccessRole.of(each).label(current()) for each in roles if each in AccessRole.__members__)


def _day(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone():%Y-%m-%d}"
