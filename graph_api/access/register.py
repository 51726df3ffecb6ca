"""Register (权限登记): keys and accounts, who may what, as the store keeps it beside the graph.

Pure values; `book` keeps them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self

import msgspec

from graph_api.access.accounts import Account, folded
from graph_api.access.asked import Made
from graph_api.access.keys import NewKey, fits, id_of, is_id, new_id
from graph_api.access.principal import Principal, given_roles, kept_roles, known_roles
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, StoreCorrupt
from schema.access import GRANTS, OF_THE_WHOLE, AccessRole
from schema.codec import UNREADABLE
from schema.words import say

DOCUMENT = "access"
"""Name of the document that the store keeps it in."""
MOST_NAME = 100
MOST_SCOPE = 50


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
    only: str | None = None
    """Digest of the one document that it may send; None = any."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    scope: tuple[str, ...] | None = None
    """Ids of the organisations and areas that it is for; None = everything."""

    @property
    def given_roles(self) -> tuple[str, ...]:
        """Names of the roles that it has."""
        return given_roles(self.roles)

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def principal(self) -> Principal:
        """Whom it stands for. A role of a later release that is not known here gives nothing."""
        return Principal(
            actor=Actor(kind=ActorKind.KEY, name=self.name), roles=known_roles(self.given_roles), person=self.person,
            only=self.only, given_scope=None if self.scope is None else frozenset(self.scope),
        )  # fmt: skip


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """All keys and accounts that were ever given."""

    keys: tuple[ApiKey, ...] = ()
    accounts: tuple[Account, ...] = ()
    requests: tuple[Made, ...] = ()
    """Changes of it that were asked for by an id."""

    @classmethod
    def decoded(cls, content: bytes) -> Self:
        """The register of a document. Raises StoreCorrupt."""
        try:
            return msgspec.json.decode(content, type=cls)
        except UNREADABLE as error:
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
        """Whether anybody was ever given a key or account: from then on nobody is let in without one."""
        return bool(self.keys or self.accounts)

    def key_of(self, text: str, now: datetime) -> ApiKey | None:
        """The key of that text, if it holds now."""
        wanted = id_of(text)
        found = (key for key in self.keys if key.id == wanted and fits(text, key.digest) and key.holds(now))
        return next(found, None)

    def account(self, name: str) -> Account | None:
        """The account of that name, if it holds."""
        wanted = folded(name)
        return next((each for each in self.accounts if each.holds and folded(each.name) == wanted), None)

    def account_of_id(self, id: str) -> Account | None:
        """The account of that id, if it holds."""
        return next((each for each in self.accounts if each.id == id and each.holds), None)

    def account_of_subject(self, subject: str) -> Account | None:
        """The account that this subject of the identity provider is; one that is revoked only where no other is."""
        found = [each for each in self.accounts if each.subject == subject]
        return next((each for each in found if each.holds), next(iter(found), None))

    def after(self, known: Self) -> Self | None:
        """This register as whoever knew another one may believe it; None for an older one, or one without its keys.

        A store that was put back brings keys that were revoked since, and accounts as they were before they were
        changed: who knows of it keeps the newer ones.
        """
        if self._ids < known._ids:
            return None
        shut = {key.id: key for key in known.keys if key.revoked_at is not None}
        newer = {each.id: each for each in known.accounts}
        return type(self)(
            keys=tuple(shut.get(key.id, key) for key in self.keys),
            accounts=tuple(max(each, newer.get(each.id, each), key=lambda one: one.version) for each in self.accounts),
            requests=self.requests,
        )

    def changed_since(self, other: Register) -> list[str]:
        """Ids of what another one holds not, or otherwise."""
        known = {*other.keys, *other.accounts}
        return [each.id for each in self.keys if each not in known] + [
            each.id for each in self.accounts if each not in known
        ]

    @property
    def _ids(self) -> set[str]:
        return {key.id for key in self.keys} | {account.id for account in self.accounts}

    def _name(self, name: str) -> str:
        """A name as it may be given. Raises InvalidInput for one that is taken or none."""
        name = unicodedata.normalize("NFC", name.strip())
        if not name or len(name) > MOST_NAME or not name.isprintable() or is_id(name):
            raise InvalidInput(say("The name of a key or account has 1 to {most} visible characters.", most=MOST_NAME))
        if any(folded(key.name) == folded(name) and key.revoked_at is None for key in self.keys):
            raise InvalidInput(
                say("There is a key {name} already; revoke it first, or choose another name.", name=name)
            )
        if (taken := self.account(name)) is not None:
            raise InvalidInput(
                say("There is an account {name} already; revoke it first, or choose another name.", name=taken.name)
            )
        return name

    def with_key(
        self, made: NewKey, name: str, roles: Iterable[AccessRole], *, by: Actor, now: datetime,
        expires_at: datetime | None = None, person: str | None = None, only: str | None = None,
        scope: Collection[str] | None = None,
    ) -> Register:  # fmt: skip
        """The register with one key more; `only`: digest of what alone it may send; `scope`: ids of what it is for,
        None = everything. Raises InvalidInput."""
        within = _scope(scope, roles := list(roles))
        name, wanted = self._name(name), kept_roles(roles, within)
        if not wanted:
            raise InvalidInput(say("A key needs a role."))
        key = ApiKey(
            id=made.id, name=name, digest=made.digest, roles=wanted, person=person, created_at=now,
            created_by=str(by), expires_at=expires_at, only=only, scope=within,
        )  # fmt: skip
        return msgspec.structs.replace(self, keys=(*self.keys, key))

    def with_account(
        self, name: str, roles: Iterable[AccessRole], *, person: str, by: Actor, now: datetime,
        password: str | None = None, subject: str | None = None, scope: Collection[str] | None = None,
    ) -> Register:  # fmt: skip
        """The register with one account more; `password` is its digest, `scope` as of keys. Raises InvalidInput."""
        within = _scope(scope, roles := list(roles))
        wanted = kept_roles(roles, within)
        if not wanted:
            raise InvalidInput(say("An account needs a role."))
        if password is None and not subject:
            raise InvalidInput(say("An account needs a password, or a subject of the identity provider."))
        self._free(subject)
        made = Account(
            id=new_id(), name=self._name(name), person=person, roles=wanted, password=password, subject=subject,
            created_at=now, created_by=str(by), changed_at=now, changed_by=str(by), scope=within,
        )  # fmt: skip
        return msgspec.structs.replace(self, accounts=(*self.accounts, made))

    def with_changed(
        self, name: str, *, by: Actor, now: datetime, roles: Iterable[AccessRole] | None = None,
        person: str | None = None, password: str | None = None, subject: str | None = None,
        scope: Collection[str] | None = None, whole: bool = False,
    ) -> Register:  # fmt: skip
        """The register with that account changed; None leaves as it is, "" as subject none, `whole` takes the scope
        away. Raises InvalidInput."""
        found = self.account(name)
        if found is None:
            raise InvalidInput(
                say("There is no account {name} that is not revoked; `baodian access list` shows all.", name=name)
            )
        self._free(subject, but=found)
        changed = found.changed(
            by=by, now=now, roles=roles, person=person, password=password, subject=subject, scope=scope, whole=whole
        )
        _scope(changed.scope, [AccessRole.of(each) for each in changed.given_roles if each in AccessRole.__members__])
        if changed.password is None and changed.subject is None:
            raise InvalidInput(say("An account needs a password, or a subject of the identity provider."))
        return self._with(changed)

    def _with(self, changed: Account) -> Register:
        accounts = tuple(changed if each.id == changed.id else each for each in self.accounts)
        return msgspec.structs.replace(self, accounts=accounts)

    def _free(self, subject: str | None, but: Account | None = None) -> None:
        """Raises InvalidInput where another account is that subject."""
        for each in self.accounts:
            if subject and each.holds and each.subject == subject and each is not but:
                raise InvalidInput(
                    say("The subject {subject} is the account {name} already.", subject=subject, name=each.name)
                )

    def without(self, name: str, *, by: Actor, now: datetime) -> Register:
        """The register in which the key or account of that name, or id, opens nothing any more. Raises InvalidInput."""
        account = self.account(name) or self.account_of_id(name)
        if account is not None:
            return self._with(account.changed(by=by, now=now, revoked=True))
        if not any(name in (key.name, key.id) and key.revoked_at is None for key in self.keys):
            raise InvalidInput(
                say(
                    "There is no key or account {name} that is not revoked; `baodian access list` shows all.", name=name
                )
            )
        keys = tuple(
            msgspec.structs.replace(key, revoked_at=now, revoked_by=str(by))
            if name in (key.name, key.id) and key.revoked_at is None
            else key
            for key in self.keys
        )
        return msgspec.structs.replace(self, keys=keys)


def _scope(scope: Collection[str] | None, roles: Collection[AccessRole]) -> tuple[str, ...] | None:
    """A scope as it is kept. Raises InvalidInput for one of nothing, and with a role that is of the whole."""
    if scope is None:
        return None
    if not scope or len(scope) > MOST_SCOPE:
        raise InvalidInput(say("A scope has 1 to {most} organisations and areas.", most=MOST_SCOPE))
    of_the_whole = [role for role in roles if not GRANTS[role].acts.isdisjoint(OF_THE_WHOLE)]
    if of_the_whole:
        raise InvalidInput(
            say(
                "{role} is a role of the whole: give it without a scope.",
                role=f"{of_the_whole[0]} ({of_the_whole[0].zh})",
            )
        )
    return tuple(dict.fromkeys(scope))
