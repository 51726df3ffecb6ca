"""Who may do what in the demo city: an account of a person for each role and a key, made anew at each start."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from schema.access import AccessRole

if TYPE_CHECKING:
    from graph_api.access.accounts import DemoAccount
    from graph_api.access.keys import NewKey
    from graph_api.access.register import Register
    from graph_api.actor import Actor

PERSONS = {
    AccessRole.VIEWER: "LJ:PER:LEAD1",
    AccessRole.DISPATCHER: "LJ:PER:DISP:1",
    AccessRole.ACCOUNT_MANAGER: "LJ:PER:S1:M1",
    AccessRole.PLANNER: "LJ:PER:LEAD3",
    AccessRole.AUDITOR: "LJ:PER:LEAD4",
    AccessRole.ADMINISTRATOR: "LJ:PER:AUTO:1",
}
"""Who in the city holds a role; an integrator is a machine, and has a key alone."""
_BYTES = 12


class DemoAccess(NamedTuple):
    """What opens the demo city: the accounts with their one password, and a key by role."""

    accounts: dict[AccessRole, str]
    password: str
    keys: dict[AccessRole, str]

    @property
    def on_page(self) -> list[DemoAccount]:
        """The accounts as the page offers them."""
        from graph_api.access.accounts import DemoAccount

        return [DemoAccount(name, self.password, (role.value,)) for role, name in self.accounts.items()]


def access_anew(store: str, *, accounts: Collection[AccessRole], keys: Collection[AccessRole]) -> DemoAccess:
    """Accounts and keys of these roles, in place of those of the start before. Raises StoreError."""
    import secrets

    from graph_api.access.keys import new_key  # what only running has to wait for
    from graph_api.access.passwords import digest_of
    from graph_api.cli.access.register import changed

    password, now = secrets.token_urlsafe(_BYTES), datetime.now(UTC)
    digest = digest_of(password) if accounts else ""
    made = {role: new_key() for role in keys}

    def edited(register: Register, by: Actor) -> Register:
        register = _without_demo(register)
        for role in accounts:
            register = register.with_account(
                account_name(role), [role], person=PERSONS[role], by=by, now=now, password=digest
            )
        for role, key in made.items():
            register = _with_key(register, role, key, by, now)
        return register

    changed(store, "demo serve", lambda by: partial(edited, by=by))
    return DemoAccess({role: account_name(role) for role in accounts}, password, {r: k.text for r, k in made.items()})


def account_name(role: AccessRole) -> str:
    """What one logs in with."""
    return role.value.lower().replace("_", "-")


def _key_name(role: AccessRole) -> str:
    return f"{account_name(role)}-key"


def _with_key(register: Register, role: AccessRole, key: NewKey, by: Actor, now: datetime) -> Register:
    return register.with_key(key, _key_name(role), [role], by=by, now=now, person=PERSONS.get(role))


def _without_demo(register: Register) -> Register:
    import msgspec

    names = {name for role in AccessRole for name in (account_name(role), _key_name(role))}
    return msgspec.structs.replace(
        register,
        keys=tuple(each for each in register.keys if each.name not in names),
        accounts=tuple(each for each in register.accounts if each.name not in names),
    )
