"""Register of keys (密钥登记): who may what, as the store keeps it beside the graph. Pure values; `book` keeps them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Self

import msgspec

from graph_api.access.keys import NewKey, fits, id_of, is_id
from graph_api.access.principal import Principal
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, StoreCorrupt
from schema.access import AccessRole
from schema.words import say

DOCUMENT = "access"
"""Name of the document that the store keeps it in."""
MOST_NAME = 100


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a machine or person. `name` is unique among those that are not revoked."""

    id: str
    name: str
    digest: str
    roles: tuple[str, ...]
    person: str | None = None
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def principal(self) -> Principal:
        """Whom it stands for. A role of a later release that is not known here gives nothing."""
        known = AccessRole.__members__
        return Principal(
            actor=Actor(kind=ActorKind.KEY, name=self.name),
            roles=frozenset(AccessRole.of(role) for role in self.roles if role in known),
            person=self.person,
        )


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """All keys that were ever given."""

    keys: tuple[ApiKey, ...] = ()

    @classmethod
    def decoded(cls, content: bytes) -> Self:
        """The register of a document. Raises StoreCorrupt."""
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError as error:
            raise StoreCorrupt(
                say(
                    "The register of keys in the store cannot be read; begin a new one: "
                    "`baodian access key NAME --role ROLE --anew`."
                )
            ) from error

    def encoded(self) -> bytes:
        """The document."""
        return msgspec.json.encode(self)

    @property
    def is_set_up(self) -> bool:
        """Whether anybody was ever given a key: from then on nobody is let in without one."""
        return bool(self.keys)

    def key_of(self, text: str, now: datetime) -> ApiKey | None:
        """The key of that text, if it holds now."""
        wanted = id_of(text)
        found = (key for key in self.keys if key.id == wanted and fits(text, key.digest) and key.holds(now))
        return next(found, None)

    def after(self, known: Self) -> Self | None:
        """This register as whoever knew another one may believe it; None for an older one, or one without its keys.

        A store that was put back brings keys that were revoked since: who knows of it keeps them shut.
        """
        ids = {key.id for key in self.keys}
        if ids < {key.id for key in known.keys}:
            return None
        shut = {key.id: key for key in known.keys if key.revoked_at is not None}
        return type(self)(keys=tuple(shut.get(key.id, key) for key in self.keys))

    def with_key(
        self, made: NewKey, name: str, roles: Iterable[AccessRole], *, by: Actor, now: datetime,
        expires_at: datetime | None = None, person: str | None = None,
    ) -> Register:  # fmt: skip
        """The register with one key more. Raises InvalidInput for a name that is taken or none."""
        name, wanted = unicodedata.normalize("NFC", name.strip()), tuple(dict.fromkeys(role.value for role in roles))
        if not name or len(name) > MOST_NAME or not name.isprintable() or is_id(name):
            raise InvalidInput(say("The name of a key has 1 to {most} visible characters.", most=MOST_NAME))
        if any(_alike(key.name, name) and key.revoked_at is None for key in self.keys):
            raise InvalidInput(
                say("There is a key {name} already; revoke it first, or choose another name.", name=name)
            )
        if not wanted:
            raise InvalidInput(say("A key needs a role."))
        key = ApiKey(
            id=made.id, name=name, digest=made.digest, roles=wanted, person=person, created_at=now,
            created_by=str(by), expires_at=expires_at,
        )  # fmt: skip
        return Register(keys=(*self.keys, key))

    def without(self, name: str, *, by: Actor, now: datetime) -> Register:
        """The register in which the key of that name, or id, opens nothing any more. Raises InvalidInput."""
        if not any(name in (key.name, key.id) and key.revoked_at is None for key in self.keys):
            raise InvalidInput(
                say("There is no key {name} that is not revoked; `baodian access list` shows all.", name=name)
            )
        return Register(
            keys=tuple(
                msgspec.structs.replace(key, revoked_at=now, revoked_by=str(by))
                if name in (key.name, key.id) and key.revoked_at is None
                else key
                for key in self.keys
            )
        )


def _alike(one: str, other: str) -> bool:
    """Whether two names look alike in a list."""
    return unicodedata.normalize("NFKC", one).casefold() == unicodedata.normalize("NFKC", other).casefold()
