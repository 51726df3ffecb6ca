"""AccessBook (权限簿): the register of keys as this process knows it, kept new, and who a request comes from.

The store keeps the register; each process reads it anew every few seconds and keeps it in a file of its own (mode
0600, of this store alone), by which keys open also while the store is away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from hmac import compare_digest
from pathlib import Path

from graph_api.access.changing import NOTHING_YET
from graph_api.access.kept import KeptRegister
from graph_api.access.principal import Principal, anonymous, local_user
from graph_api.access.register import DOCUMENT, Register
from graph_api.access.uses import Uses
from graph_api.errors import StoreError, StoreUnavailable, Unauthenticated
from graph_api.stores.contract import Clock, Store
from schema.access import AccessRole
from schema.words import say

log = logging.getLogger(__name__)

REFRESH_SECONDS = 2.0
"""How often the store is asked for a newer register: what was revoked opens nothing after that, and 5 s at most."""
_EVERYBODY = "whoever reaches this service is its user"
_NOBODY = "nobody is let in"
_SCHEME = "bearer "


class AccessBook:
    """Who may what, as this process knows it.

    `file`: where the register is kept beside the store, None = nowhere. `visitors`: roles of whoever shows no key once
    keys were given; none = nobody comes in without one. `local_key`: what proves that a request comes from a command
    of the user who runs this process. `reached_by_others`: other machines reach this process, so that whoever does is
    not taken for its user, not even before any key was given.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        file: Path | None = None,
        *,
        visitors: frozenset[AccessRole] = frozenset(),
        local_key: str = "",
        reached_by_others: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._kept = KeptRegister(file)
        self._visitors = visitors
        self._local_key = local_key
        self._reached_by_others = reached_by_others
        self._read = NOTHING_YET
        self._register: Register | None = None
        self._trouble = ""
        self._uses = Uses(store)

    @property
    def register(self) -> Register:
        """The register as it is known. Raises StoreUnavailable where none could ever be read."""
        if self._register is None:
            raise StoreUnavailable(
                say("Who may come in could not be read yet, so nobody is let in: {error}", error=self._trouble)
            )
        return self._register

    async def open(self, store_uuid: str) -> None:
        """Read the register: of the store, else of the file that was kept of this very store."""
        self._register = await asyncio.to_thread(self._kept.read, store_uuid)
        await self.refresh()
        if self._register is not None and not self._register.is_set_up:
            log.info("no key was given yet: %s", _NOBODY if self._reached_by_others else _EVERYBODY)

    async def follow(self, store_uuid: Callable[[], str], trusted: Callable[[], bool]) -> None:
        """Keep the register new, for ever, and keep it in the file.

        `store_uuid`: which store is served now; `trusted`: whether what stands at the store's place is what is served.
        """
        kept: Register | None = None
        while True:
            if trusted():
                await self.refresh()
                await self._uses.write()
                if self._register is not kept and self._register is not None:
                    await asyncio.to_thread(self._kept.write, store_uuid(), self._register)
                    kept = self._register
            if self._kept.was_edited():
                self._heed(await asyncio.to_thread(self._kept.read, store_uuid()))
            await asyncio.sleep(REFRESH_SECONDS)

    def _heed(self, kept: Register | None) -> None:
        """Shut what somebody has shut in the file of this host while the store could not be told."""
        believed = None if kept is None or self._register is None else self._register.after(kept)
        if believed is not None and believed != self._register:
            log.warning("what was revoked on this host opens nothing here any more")
            self._register = believed

    async def refresh(self) -> None:
        """Take over the register that the store holds now, if it can be read.

        Once keys are known, a register without them is not believed: it is that of a store that was restored, put back
        or made anew, and would let in whom it should not.
        """
        try:
            found = await self._store.document(DOCUMENT) or NOTHING_YET
            if found == self._read and self._register is not None:
                return
            register = Register.decoded(found.content)
        except StoreError as error:
            self._complain(error.text())
            return
        self._read = found
        believed = register if self._register is None else register.after(self._register)
        if believed is None:
            self._complain(
                say("The store holds an older register, or none; the one that was known holds on. Give keys anew.")
            )
            return
        if believed != register:
            self._complain(
                say("The store holds keys as good that were revoked: it was put back. They open nothing here.")
            )
        else:
            self._trouble = ""
        self._register = believed

    def _complain(self, trouble: str) -> None:
        """Tell once what is wrong with the register."""
        if trouble != self._trouble:
            log.error("the register of keys: %s", trouble)
            self._trouble = trouble

    def identify(self, authorization: Sequence[str]) -> Principal:
        """Who a request comes from, by its Authorization headers.

        Before any key was given everybody who reaches the service is the user who runs it, unless other machines do.
        Raises Unauthenticated.
        """
        if not authorization:
            if not self.register.is_set_up and not self._reached_by_others:
                return local_user()
            if self._visitors:
                return anonymous(self._visitors)
            raise nobody() if self.register.is_set_up else _no_key_yet()
        text = bearer_of(authorization)
        if not text:
            raise nobody()
        if self._local_key and compare_digest(text, self._local_key):
            return local_user()
        key = self.register.key_of(text, self._clock())
        if key is None:
            raise nobody()
        self.used(key.id)
        return key.principal

    def used(self, id: str) -> None:
        """Note that a key or account was used."""
        self._uses.note(id, self._clock())


def bearer_of(authorization: Sequence[str]) -> str:
    """What one Authorization header shows, as a key or token; "" for none, for more than one, and for anything else."""
    shown = authorization[0] if len(authorization) == 1 else ""
    return shown[len(_SCHEME) :].strip() if shown.isascii() and shown.lower().startswith(_SCHEME) else ""


def nobody() -> Unauthenticated:
    """What whoever is not known is told, whatever was wrong."""
    return Unauthenticated(
        say(
            "Show a key or token that holds, as `Authorization: Bearer KEY` (commands: BAODIAN_KEY), or log in; "
            "`baodian access` gives keys and accounts."
        )
    )


def _no_key_yet() -> Unauthenticated:
    return Unauthenticated(
        say(
            "Nobody was given a key yet, and other machines reach this service. Give one where it runs: "
            "`baodian access key NAME --role dispatcher`; it counts at once."
        )
    )
