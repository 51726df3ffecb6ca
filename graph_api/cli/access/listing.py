"""`baodian access list`: keys and accounts that were given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graph_api.cli import output
from graph_api.cli.access.roles import gone_of, scope_text
from graph_api.cli.session import DEFAULT_STORE, StoreOption, with_store
from schema.access import AccessRole
from schema.words import current, joined, say

if TYPE_CHECKING:
    from graph_api.access.accounts import Account
    from graph_api.access.register import ApiKey, Register
    from graph_api.stores.contract import Store


def list_all(store: StoreOption = DEFAULT_STORE, as_json: output.JsonOption = False) -> None:
    """List all keys and accounts that were given."""
    now = datetime.now(UTC)
    register, uses = with_store(store, _read)
    if as_json:
        keys = [_told_key(each, now) | {"lastUse": uses.get(each.id)} for each in register.keys]
        accounts = [_told_account(each) | {"lastUse": uses.get(each.id)} for each in register.accounts]
        output.emit_json({"keys": keys, "accounts": accounts})
        return
    if not register.is_set_up:
        output.notice(say("No key or account was given yet: whoever reaches the service may do everything."))
    scopes = [each.scope or () for each in register.keys] + [each.scope or () for each in register.accounts]
    gone = gone_of(store, (id for scope in scopes for id in scope))
    if register.keys:
        heads = (
            say("name"), say("id"), say("roles"), say("scope"), say("holder"), say("given"), say("expires"),
            say("last use"), say("state"),
        )  # fmt: skip
        rows = (_key_row(each, now, uses.get(each.id), gone) for each in register.keys)
        output.emit(output.table(say("Keys"), *heads, rows=rows, whole=[say("id")]))
    if register.accounts:
        heads = (
            say("name"), say("roles"), say("scope"), say("person"), say("log-in"), say("given"), say("changed"),
            say("last use"), say("state"),
        )  # fmt: skip
        rows = (_account_row(each, uses.get(each.id), gone) for each in register.accounts)
        output.emit(output.table(say("Accounts"), *heads, rows=rows))


async def _read(store: Store) -> tuple[Register, dict[str, datetime]]:
    from graph_api.access.changing import read_register  # what only running has to wait for
    from graph_api.access.uses import read_uses

    return await read_register(store), await read_uses(store)


def _told_key(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": key.given_roles,
        "scope": key.scope,
        "person": key.person,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "only": key.only,
        "revokedAt": key.revoked_at,
        "revokedBy": key.revoked_by,
        "holds": key.holds(now),
    }


def _told_account(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "roles": account.given_roles,
        "scope": account.scope,
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


def _key_row(key: ApiKey, now: datetime, used: datetime | None, gone: set[str]) -> tuple[object, ...]:
    state = say("holds") if key.holds(now) else say("revoked") if key.revoked_at is not None else say("expired")
    roles = _roles(key.given_roles) if key.only is None else joined([_roles(key.given_roles), say("one operation")])
    scope, given, ends = scope_text(key.scope, gone), _day(key.created_at), _day(key.expires_at)
    return key.name, key.id, roles, scope, key.person, given, ends, _minute(used), state


def _account_row(account: Account, used: datetime | None, gone: set[str]) -> tuple[object, ...]:
    ways = [say("password")] if account.password is not None else []
    ways += [say("identity provider")] if account.subject is not None else []
    state = say("holds") if account.holds else say("revoked")
    given, changed = _day(account.created_at), _day(account.changed_at)
    roles, scope = _roles(account.given_roles), scope_text(account.scope, gone)
    return account.name, roles, scope, account.person, joined(ways), given, changed, _minute(used), state


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(AccessRole.of(each).label(current()) for each in roles if each in AccessRole.__members__)


def _minute(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def _day(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone():%Y-%m-%d}"
