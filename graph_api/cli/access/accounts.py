"""`baodian access`: accounts of people, who log in by name and password, or by their identity provider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.access.password import PasswordFileOption, password_for
from graph_api.cli.access.register import changed
from graph_api.cli.access.roles import ScopeOption, person_of, role_of, scope_of
from graph_api.cli.session import DEFAULT_STORE, StoreOption
from graph_api.errors import InvalidInput
from schema.access import AccessRole
from schema.words import say

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("Name of the account: what one logs in with."))]
ROLES = say(
    "What it may do: viewer, dispatcher, account-manager, planner, integrator, auditor, administrator; repeatable."
)
PersonOption = Annotated[str | None, typer.Option("--person", help=say("The person that it is, by name or id."))]
SubjectOption = Annotated[
    str | None,
    typer.Option("--subject", help=say("Who it is to the identity provider (claim `sub`); empty takes it away.")),
]


def add(
    name: NameArgument,
    roles: Annotated[list[AccessRole], typer.Option("--role", parser=role_of, metavar="ROLE", help=ROLES)],
    person: PersonOption = None,
    subject: SubjectOption = None,
    password_file: PasswordFileOption = None,
    scope: ScopeOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Make an account. Without --password-file and --subject the password is asked."""
    if person is None:
        raise InvalidInput(say("An account is a person of the graph: say which with --person."))
    from graph_api.access.administering import add_account

    whose, within, now = person_of(store, person), scope_of(store, scope), datetime.now(UTC)
    password = None if subject and password_file is None else password_for(name, password_file)
    made = changed(
        store,
        "access add",
        lambda by: add_account(
            name, roles, person=whose, by=by, now=now, password=password, subject=subject, scope=within
        ),
    )
    account = made.accounts[-1]
    if as_json:
        told = {"id": account.id, "name": account.name, "person": whose, "subject": subject, "scope": within}
        output.emit_json(told)
        return
    output.notice(say("{name} may log in now; services learn it within 5 s.", name=account.name))
    if len(made.accounts) == 1 and not made.keys:
        output.notice(say("It is the first one: from now on the service lets nobody in without a key or account."))


def reset(
    name: NameArgument,
    password_file: PasswordFileOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Give an account another password; sessions that were begun with the old one end."""
    from graph_api.access.administering import reset_password

    password, now = password_for(name, password_file), datetime.now(UTC)
    changed(store, "access reset", lambda by: reset_password(name, by=by, now=now, password=password))
    if as_json:
        output.emit_json({"reset": name})
        return
    output.notice(
        say("{name} has another password; sessions that were begun with the old one end within 5 s.", name=name)
    )


def change(
    name: NameArgument,
    roles: Annotated[
        list[AccessRole] | None, typer.Option("--role", parser=role_of, metavar="ROLE", help=ROLES)
    ] = None,
    person: PersonOption = None,
    subject: SubjectOption = None,
    scope: ScopeOption = None,
    whole: Annotated[bool, typer.Option("--whole", help=say("It is for everything from now on."))] = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Change what an account may do, or who it is; what is left out stays."""
    from graph_api.access.administering import change_account

    now, whose = datetime.now(UTC), None if person is None else person_of(store, person)
    within = scope_of(store, scope)
    made = changed(
        store,
        "access change",
        lambda by: change_account(
            name, by=by, now=now, roles=roles, person=whose, subject=subject, scope=within, whole=whole
        ),
    )
    account = made.account(name)
    if as_json:
        roles_now, scope_now = ([], None) if account is None else (account.given_roles, account.scope)
        output.emit_json({"changed": name, "roles": roles_now, "scope": scope_now})
        return
    output.notice(say("{name} is changed; services learn it within 5 s, in sessions under way, too.", name=name))
