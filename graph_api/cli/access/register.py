"""The register of keys in a store, as commands change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graph_api.cli.session import with_store
from schema.access import AccessRole

if TYPE_CHECKING:
    from graph_api.access.register import Register
    from graph_api.actor import Actor


def changed(store: str, edit: Callable[[Register, Actor], Register], *, anew: bool = False) -> Register:
    """The register after an edit in the name of this user; raises what the edit raises, and StoreError.

    `anew`: an edit of an empty one, whatever stands there.
    """
    from graph_api.access.changing import change_register  # what only running has to wait for
    from graph_api.access.principal import local_user

    by = local_user().actor
    return with_store(store, lambda opened: change_register(opened, lambda register: edit(register, by), anew=anew))


def key_anew(store: str, name: str, role: AccessRole) -> str:
    """A key of that name with that role, in place of the one that was so called."""
    from graph_api.access.keys import new_key

    made, now = new_key(), datetime.now(UTC)

    def edit(register: Register, by: Actor) -> Register:
        if any(key.name == name and key.revoked_at is None for key in register.keys):
            register = register.without(name, by=by, now=now)
        return register.with_key(made, name, [role], by=by, now=now)

    changed(store, edit)
    return made.text
