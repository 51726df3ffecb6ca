"""`baodian access`: give and revoke keys, and say who one is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.access.accounts import ROLES
from graph_api.cli.access.register import changed, changed_here
from graph_api.cli.access.roles import person_of, role_of
from graph_api.cli.asking import asking
from graph_api.cli.session import DEFAULT_STORE, StoreOption
from graph_api.cli.stores import ServerOption
from graph_api.errors import InvalidInput
from schema.access import AccessRole, Act, Sight
from schema.words import current, say, text_of

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("Name of the key: whose it is, what it is for."))]
MOST_DAYS = 3_660


def key(
    name: NameArgument,
    roles: Annotated[
        list[AccessRole],
        typer.Option(
            "--role",
            parser=role_of,
            metavar="ROLE",
            help=ROLES,
        ),
    ],
    person: Annotated[
        str | None, typer.Option("--person", help=say("The person whose key it is, by name or id."))
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=MOST_DAYS, help=say("Days after which it opens nothing; without it, never.")),
    ] = None,
    operation: Annotated[
        Path | None,
        typer.Option("--operation", help=say("File of the one GraphQL document that it may send; without it, any.")),
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
    whose = None if person is None else person_of(store, person)
    only = None if operation is None else _digest_in(operation)
    expires = None if days is None else now + timedelta(days=days)
    first = changed(
        store,
        "access key",
        lambda register, by: register.with_key(
            made, name, roles, by=by, now=now, expires_at=expires, person=whose, only=only
        ),
        anew=anew,
    )
    if as_json:
        output.emit_json({"id": made.id, "name": name, "key": made.text, "expiresAt": expires, "person": whose})
        return
    output.line(made.text)
    output.notice(
        say("This key is shown now and never again; what is kept opens nothing. Give it to {name}.", name=name)
    )
    if len(first.keys) == 1 and not first.accounts:
        output.notice(
            say(
                "It is the first one: from now on the service lets nobody in without a key; BAODIAN_VISITORS=viewer "
                "lets whoever has none read, without numbers."
            )
        )


def _digest_in(file: Path) -> str:
    """Digest of the document in a file. Raises InvalidInput for none, OSError."""
    from graph_api.access.principal import document_digest

    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(say("{file} is no text in UTF-8.", file=str(file))) from error
    if not text.strip():
        raise InvalidInput(say("{file} is empty: a key is bound to the GraphQL document in it.", file=str(file)))
    return document_digest(text)


def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help=say("Name or id of the key or account."))],
    here: Annotated[
        bool,
        typer.Option("--here", help=say("On this host alone, while the store cannot be reached.")),
    ] = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Have a key or account open nothing any more."""
    now = datetime.now(UTC)
    change = changed_here if here else changed
    left = change(store, "access revoke", lambda register, by: register.without(name, by=by, now=now))
    if as_json:
        keys, accounts = sum(each.holds(now) for each in left.keys), sum(each.holds for each in left.accounts)
        output.emit_json({"revoked": name, "keysLeft": keys, "accountsLeft": accounts})
        return
    if here:
        output.notice(
            say(
                "{name} opens nothing any more in services of this host, within 5 s. Do the same on every other host "
                "that serves this store, and once it can be reached again without --here, so that the store knows.",
                name=name,
            )
        )
        return
    output.notice(
        say(
            "{name} opens nothing any more; services learn it within 5 s. One that cannot reach its store goes on "
            "letting it in until it can: revoke it on its host, too (--here), or stop that one.",
            name=name,
        )
    )


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
