"""`baodian access`: give, list and revoke keys, and say who one is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.access.register import changed
from graph_api.cli.asking import asking
from graph_api.cli.names import resolve
from graph_api.cli.session import DEFAULT_STORE, StoreOption, with_store
from graph_api.cli.stores import ServerOption
from graph_api.errors import InvalidInput
from schema.access import AccessRole, Act, Sight
from schema.words import current, say, text_of

if TYPE_CHECKING:
    from graph_api.access.register import ApiKey

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("Name of the key: whose it is, what it is for."))]
MOST_DAYS = 3_660


def _role(text: str | AccessRole) -> AccessRole:
    wanted = text.strip().upper().replace("-", "_")
    for role in AccessRole:
        if wanted in (role.value, role.zh):
            return role
    listed = ", ".join(f"{role.value.lower().replace('_', '-')} ({role.zh})" for role in AccessRole)
    raise typer.BadParameter(say("{value} is none of {choices}.", value=repr(text), choices=listed))


def key(
    name: NameArgument,
    roles: Annotated[
        list[AccessRole],
        typer.Option(
            "--role",
            parser=_role,
            metavar="ROLE",
            help=say(
                "What it may do: viewer, dispatcher, account-manager, planner, integrator, auditor, administrator; "
                "repeatable."
            ),
        ),
    ],
    person: Annotated[
        str | None, typer.Option("--person", help=say("The person whose key it is, by name or id."))
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=MOST_DAYS, help=say("Days after which it opens nothing; without it, never.")),
    ] = None,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew", help=say("Begin a new register with this key alone: every other one opens nothing more.")
        ),
    ] = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Give a key, and show it this once."""
    from graph_api.access.keys import new_key

    made, now = new_key(), datetime.now(UTC)
    if person is None and AccessRole.ACCOUNT_MANAGER in roles:
        raise InvalidInput(
            say("An account manager sees the numbers of own customers: say whose key it is with --person.")
        )
    whose = None if person is None else _person(store, person)
    expires = None if days is None else now + timedelta(days=days)
    first = changed(
        store,
        lambda register, by: register.with_key(made, name, roles, by=by, now=now, expires_at=expires, person=whose),
        anew=anew,
    )
    if as_json:
        output.emit_json({"id": made.id, "name": name, "key": made.text, "expiresAt": expires, "person": whose})
        return
    output.line(made.text)
    output.notice(
        say("This key is shown now and never again; what is kept opens nothing. Give it to {name}.", name=name)
    )
    if len(first.keys) == 1:
        output.notice(
            say(
                "It is the first one: from now on the service lets nobody in without a key; BAODIAN_VISITORS=viewer "
                "lets whoever has none read, without numbers."
            )
        )


def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help=say("Name or id of the key."))],
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Have a key open nothing any more."""
    now = datetime.now(UTC)
    left = changed(store, lambda register, by: register.without(name, by=by, now=now))
    if as_json:
        output.emit_json({"revoked": name, "keysLeft": sum(each.holds(now) for each in left.keys)})
        return
    output.notice(
        say(
            "{name} opens nothing any more; services learn it within 5 s. One that cannot reach its store goes on "
            "letting it in until it can: stop that one.",
            name=name,
        )
    )


def list_keys(store: StoreOption = DEFAULT_STORE, as_json: output.JsonOption = False) -> None:
    """List all keys that were given."""
    from graph_api.access.changing import read_register

    now = datetime.now(UTC)
    keys = with_store(store, read_register).keys
    if as_json:
        output.emit_json([_told(each, now) for each in keys])
        return
    if not keys:
        output.notice(say("No key was given yet: whoever reaches the service may do everything."))
        return
    heads = (say("name"), say("id"), say("roles"), say("holder"), say("given"), say("expires"), say("state"))
    rows = (_row(each, now) for each in keys)
    output.emit(output.table(say("Keys"), *heads, rows=rows, whole=[say("id")]))


def whoami(store: StoreOption = DEFAULT_STORE, server: ServerOption = None, as_json: output.JsonOption = False) -> None:
    """Say who one is to the service, and what one may do."""
    with asking(store, server, ["whoami"]) as ask:
        found = ask.ask("whoami")
    if as_json:
        output.emit_json(found)
        return
    viewer = found["viewer"]
    of = current()
    for head, said in (
        (say("who"), f"{viewer['name'] or '-'} ({viewer['kind']})"),
        (say("roles"), ", ".join(AccessRole.of(each).label(of) for each in viewer["roles"])),
        (say("may"), ", ".join(Act.of(each).label(of) for each in viewer["acts"])),
        (say("sees numbers of"), Sight.of(viewer["sight"]).label(of)),
    ):
        output.sentence(f"{text_of(head)}: {said}")


def _person(store: str, text: str) -> str:
    """Id of the one person that a text names. Raises InvalidInput for anything else, and for who has left."""
    with asking(store, None, ["person"]) as ask:
        found = ask.ask("person", id=resolve(ask, text, ["PERSON"]))["node"]
    if found["kind"] != "PERSON":
        raise InvalidInput(say("{name} is no person: a key belongs to a person, or to nobody.", name=text))
    if not found["active"]:
        raise InvalidInput(say("{name} has left (active: false); no key was given.", name=found["name"] or text))
    whose: str = found["id"]
    return whose


def _told(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": key.roles,
        "person": key.person,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "revokedBy": key.revoked_by,
        "holds": key.holds(now),
    }


def _row(key: ApiKey, now: datetime) -> tuple[object, ...]:
    state = say("holds") if key.holds(now) else say("revoked") if key.revoked_at is not None else say("expired")
    roles = ", ".join(AccessRole.of(each).label(current()) for each in key.roles if each in AccessRole.__members__)
    until = None if key.expires_at is None else f"{key.expires_at.astimezone():%Y-%m-%d}"
    return key.name, key.id, roles, key.person, f"{key.created_at.astimezone():%Y-%m-%d}", until, state
