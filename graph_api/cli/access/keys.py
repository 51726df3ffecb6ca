"""`baodian access`: give and revoke keys, and say who one is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.access.accounts import ROLES
from graph_api.cli.access.register import changed, changed_here
from graph_api.cli.access.roles import ScopeOption, person_of, role_of, scope_of, scope_text
from graph_api.cli.asking import asking
from graph_api.cli.session import DEFAULT_STORE, StoreOption
from graph_api.cli.stores import ServerOption
from graph_api.errors import InvalidInput
from schema.access import AccessRole, Act, Sight
from schema.words import current, say, text_of

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("Name of the key: whose it is, what it is for."))]


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
        typer.Option("--days", help=say("Days after which it opens nothing; without it, never.")),
    ] = None,
    operation: Annotated[
        Path | None,
        typer.Option("--operation", help=say("File of the one GraphQL document that it may send; without it, any.")),
    ] = None,
    scope: ScopeOption = None,
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
    from graph_api.access.administering import give_key
    from graph_api.access.keys import new_key

    made, now = new_key(), datetime.now(UTC)
    whose = None if person is None else person_of(store, person)
    within = scope_of(store, scope)
    document = None if operation is None else _text_in(operation)
    first = changed(
        store,
        "access key",
        lambda by: give_key(
            made, name, roles, by=by, now=now, person=whose, days=days, document=document, scope=within
        ),
        anew=anew,
    )
    if as_json:
        expires = first.keys[-1].expires_at
        told = {"id": made.id, "name": name, "key": made.text, "expiresAt": expires, "person": whose, "scope": within}
        output.emit_json(told)
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


def _text_in(file: Path) -> str:
    """The document in a file. Raises InvalidInput for what is no text, OSError."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(say("{file} is no text in UTF-8.", file=str(file))) from error


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
    from graph_api.access import administering

    now = datetime.now(UTC)
    change = changed_here if here else changed
    left = change(store, "access revoke", lambda by: administering.revoke(name, by=by, now=now))
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
        (say("scope"), scope_text(viewer["scope"], viewer["scopeGone"])),
        (say("sees numbers of"), ", ".join(Sight.of(each).label(of) for each in viewer["sights"]) or "-"),
    ):
        output.sentence(f"{text_of(head)}: {said}")
