"""Principal (访问主体): who asks, with the roles that say what they may do and see. Decided once a request."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from graph_api.actor import ANONYMOUS, Actor, ActorKind
from graph_api.errors import Forbidden
from graph_api.lazy import cached_property
from schema.access import ELEVATED, GRANTS, OF_THE_WHOLE, AccessRole, Act, Grant, Sight
from schema.words import say


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks."""

    actor: Actor
    roles: frozenset[AccessRole]
    person: str | None = None
    """Id of the Person that this is, if it is one."""
    only: str | None = None
    """Digest of the one document that may be sent; None = any."""
    elevated_for: str = ""
    """Why they may more for a time; "" = they do not."""
    given_scope: frozenset[str] | None = None
    """Ids of the organisations and areas whose things they see and work on; None = everything."""

    @property
    def scope(self) -> frozenset[str] | None:
        """The same as it counts now: whoever is elevated has the whole, as an incident knows no borders."""
        return None if self.elevated_for else self.given_scope

    @cached_property
    def acts(self) -> frozenset[Act]:
        """All that the roles together allow."""
        acts = frozenset(act for grant in self._grants for act in grant.acts)
        return acts if self.given_scope is None else acts - OF_THE_WHOLE

    @cached_property
    def sights(self) -> frozenset[Sight]:
        """Whose personal values the roles together show; all of them to whoever may read the store's file anyway."""
        if self.actor.kind is ActorKind.LOCAL:
            return frozenset({Sight.ALL})
        return frozenset(grant.sight for grant in self._grants if grant.sight is not None)

    @cached_property
    def _grants(self) -> list[Grant]:
        own = [GRANTS[role] for role in self.roles if role in GRANTS]
        return [*own, ELEVATED] if self.elevated_for else own

    def require_document(self, document: str) -> None:
        """Raises Forbidden for another document than the one that may be sent."""
        if self.only is not None and document_digest(document) != self.only:
            raise Forbidden(say("This key is bound to one operation, and this is another one."))

    def require(self, act: Act) -> None:
        """Raises Forbidden where no role allows the act."""
        if act not in self.acts:
            roles = ", ".join(f"{role} ({role.zh})" for role, grant in GRANTS.items() if act in grant.acts)
            raise Forbidden(
                say("This is not allowed to you; it needs one of these roles: {roles}.", roles=roles), act=act.value
            )


def document_digest(document: str) -> str:
    """What a key is bound to a document by: its text, but for blanks at its ends."""
    return hashlib.sha256(document.strip().encode()).hexdigest()


WITHIN: Final = "WITHIN:"
"""Stands before a role that is given within a scope: a release that knows of no scopes knows no such role."""


def kept_roles(roles: Iterable[str], scope: Collection[str] | None) -> tuple[str, ...]:
    """Roles as they are kept with a scope, each once."""
    names = (str(role).removeprefix(WITHIN) for role in roles)
    return tuple(dict.fromkeys(name if scope is None else f"{WITHIN}{name}" for name in names))


def given_roles(kept: Iterable[str]) -> tuple[str, ...]:
    """The names of roles that are kept."""
    return tuple(name.removeprefix(WITHIN) for name in kept)


def known_roles(names: Iterable[str]) -> frozenset[AccessRole]:
    """The roles of these names; one of a later release, which is not known here, gives nothing."""
    return frozenset(AccessRole.of(name) for name in names if name in AccessRole.__members__)


def local_user() -> Principal:
    """Who runs this program on this machine: may everything that can be done to the store's file anyway."""
    return Principal(actor=Actor(kind=ActorKind.LOCAL, name=_login()), roles=frozenset(AccessRole))


def anonymous(roles: Iterable[AccessRole]) -> Principal:
    """Whoever says nothing about himself."""
    return Principal(actor=ANONYMOUS, roles=frozenset(roles))


NOBODY = anonymous(())
"""Who may nothing."""


def _login() -> str:
    """Name of the user whom this process belongs to, "" where the system has no such; the environment may say any."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # no such list of users here, or the user stands in none (a container)
        return str(os.getuid()) if hasattr(os, "getuid") else ""
