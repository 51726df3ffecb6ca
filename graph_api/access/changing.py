"""The register of keys in a store: read, and changed by whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable

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


async def change_register(store: Store, edit: Callable[[Register], Register], *, anew: bool = False) -> Register:
    """Commit an edit of the newest register; `anew` = of an empty one, whatever stands there, readable or not.

    Raises what `edit` raises, and StoreError.
    """
    for _ in range(_ATTEMPTS):
        found = await store.document(DOCUMENT) or NOTHING_YET
        edited = edit(Register() if anew else Register.decoded(found.content))
        try:
            await store.put_document(DOCUMENT, edited.encoded(), at_version=found.version)
        except Conflict:
            continue
        return edited
    raise StoreUnavailable(say("Others change the same thing all the time; nothing was changed, try again."))
