"""Accounts (账户): people of this installation's own, who log in by name and password, or by their identity provider.

An incident can take the identity provider down: an account with a password needs none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from graph_api.access.principal import Principal, given_roles, kept_roles, known_roles
from graph_api.actor import Actor, ActorKind
from schema.access import AccessRole


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may log in. `name` and `subject` are unique among those that are not revoked."""

    id: str
    name: str
    person: str
    """Id of the Person that it is."""
    roles: tuple[str, ...]
    password: str | None = None
    """Argon2id digest with its parameters; None = no password opens it."""
    subject: str | None = None
    """Who it is to the identity provider (claim `sub`); None = nobody."""
    version: int = 1
    """Raised by each change: of two accounts of one id the higher one is the newer."""
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    revoked_at: datetime | None = None
    scope: tuple[str, ...] | None = None
    """Ids of the organisations and areas that it is for; None = everything."""

    @property
    def given_roles(self) -> tuple[str, ...]:
        """Names of the roles that it has."""
        return given_roles(self.roles)

    @property
    def holds(self) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None

    @property
    def principal(self) -> Principal:
        """Whom it stands for. A role of a later release that is not known here gives nothing."""
        return Principal(
            actor=Actor(kind=ActorKind.ACCOUNT, name=self.name), roles=known_roles(self.given_roles),
            person=self.person, given_scope=None if self.scope is None else frozenset(self.scope),
        )  # fmt: skip

    def changed(
        self, *, by: Actor, now: datetime, roles: Iterable[AccessRole] | None = None, person: str | None = None,
        password: str | None = None, subject: str | None = None, revoked: bool = False,
        scope: Collection[str] | None = None, whole: bool = False,
    ) -> Account:  # fmt: skip
        """The account as it is from now on; None leaves as it is, "" as subject takes it away, `whole` the scope."""
        within = None if whole else self.scope if scope is None else tuple(dict.fromkeys(scope))
        return msgspec.structs.replace(
            self,
            version=self.version + 1,
            changed_at=now,
            changed_by=str(by),
            roles=kept_roles(self.roles if roles is None else roles, within),
            scope=within,
            person=self.person if person is None else person,
            password=self.password if password is None else password,
            subject=self.subject if subject is None else subject or None,
            revoked_at=now if revoked else self.revoked_at,
        )


class DemoAccount(NamedTuple):
    """An account of a demo, which its page logs in with by one click."""

    name: str
    password: str
    roles: tuple[str, ...]


def folded(name: str) -> str:
    """A name as it is compared: two that look alike in a list are one."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()
