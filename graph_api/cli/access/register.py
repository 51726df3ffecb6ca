"""The register of keys and accounts in a store, as commands change it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graph_api.app.places import access_file, audit_file
from graph_api.cli import output
from graph_api.cli.session import settings_for, with_store
from graph_api.errors import StoreError
from schema.access import AccessRole
from schema.words import say

if TYPE_CHECKING:
    from graph_api.access.administering import Edit
    from graph_api.access.register import Register
    from graph_api.actor import Actor


def changed(store: str, what: str, edit: Callable[[Actor], Edit], *, anew: bool = False) -> Register:
    """The register after an edit in the name of this user, which the audit tells by the name of the command.

    `anew`: an edit of an empty one, whatever stands there. Raises what the edit raises, and StoreError.
    """
    from graph_api.access.changing import change_register  # what only running has to wait for
    from graph_api.access.principal import local_user
    from graph_api.access.register import Register

    user, before = local_user(), Register()
    made_by_user = edit(user.actor)

    def edited(register: Register) -> Register:
        nonlocal before
        before = register
        return made_by_user(register)

    made = with_store(store, lambda opened: change_register(opened, edited, anew=anew))
    _audit(store, what, made.changed_since(before), str(user.actor))
    return made


def changed_here(store: str, what: str, edit: Callable[[Actor], Edit]) -> Register:
    """The register that this host keeps, after an edit in the name of this user, which the audit tells."""
    from graph_api.access.kept import edit_kept  # what only running has to wait for
    from graph_api.access.principal import local_user
    from graph_api.access.register import Register

    user, before = local_user(), Register()
    made_by_user = edit(user.actor)

    def edited(register: Register) -> Register:
        nonlocal before
        before = register
        return made_by_user(register)

    made = edit_kept(access_file(settings_for(store)), edited)
    _audit(store, what, made.changed_since(before), str(user.actor))
    return made


def _audit(store: str, what: str, ids: Iterable[str], who: str) -> None:
    """Tell the audit; the change is made, and whoever made it is told where that cannot be."""
    from graph_api.access.audit import CHANGE, AuditLog, Entry

    entry = Entry(
        at=datetime.now(UTC), who=who, roles=tuple(role.value for role in AccessRole), origin="command",
        operation=what, request_id=uuid.uuid4().hex, act=CHANGE, what=what, things=tuple(ids), revision=0,
    )  # fmt: skip
    try:
        AuditLog(audit_file(settings_for(store))).append([entry])
    except (OSError, StoreError) as error:
        output.notice(say("The audit could not be written: {error}", error=error))
