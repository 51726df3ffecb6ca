"""The register of keys in a store: read, and changed by whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from graph_api.access.asked import Asked, Made, made_before, remembered
from graph_api.access.register import DOCUMENT, Register
from graph_api.errors import Conflict, StoreUnavailable
from graph_api.stores.contract import Store, StoredDocument
from schema.words import say

NOTHING_YET = StoredDocument(0, Register().encoded())
"""What stands for a document that nobody has written."""
_ATTEMPTS = 20


async def read_register(store: Store) -> Register:
    """The register that the store holds now. Raises StoreError."""
    return Register.decoded((await store.document(DOCUMENT) or NOTHING_YET).content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The register after a change, ids of what that changed, and whether it had been made before."""

    register: Register
    ids: tuple[str, ...]
    repeated: bool = False


async def change_register(store: Store, edit: Callable[[Register], Register], *, anew: bool = False) -> Register:
    """Commit an edit of the newest register; `anew` = of an empty one, whatever stands there, readable or not.

    Raises what `edit` raises, and StoreError.
    """
    return (await _change(store, lambda known: Changed(register=edit(known), ids=()), anew=anew)).register


async def change_once(
    store: Store, edit: Callable[[Register], Register], asked: Asked | None, now: datetime
) -> Changed:
    """Commit an edit of the newest register, once for each request. Raises what `edit` raises, RequestIdConflict and
    StoreError."""

    def edited(known: Register) -> Changed:
        before = made_before(known.requests, asked)
        if before is not None:
            return Changed(register=known, ids=before.changed, repeated=True)
        after = edit(known)
        ids = tuple(after.changed_since(known))
        if asked is not None:
            made = Made(asked=asked, changed=ids, at=now)
            after = msgspec.structs.replace(after, requests=remembered(known.requests, made))
        return Changed(register=after, ids=ids)

    return await _change(store, edited, anew=False)


async def _change(store: Store, edit: Callable[[Register], Changed], *, anew: bool) -> Changed:
    for _ in range(_ATTEMPTS):
        found = await store.document(DOCUMENT) or NOTHING_YET
        changed = edit(Register() if anew else Register.decoded(found.content))
        if changed.repeated:
            return changed
        try:
            await store.put_document(DOCUMENT, changed.register.encoded(), at_version=found.version)
        except Conflict:
            continue
        return changed
    raise StoreUnavailable(say("Others change the same thing all the time; nothing was changed, try again."))
