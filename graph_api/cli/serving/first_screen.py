"""The first screen of a server: what is served and where, one question to paste, and what comes next."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from graph_api.app.places import store_file
from graph_api.cli.stores import DEFAULT_STORE
from graph_api.readmodel.model import ReadModel
from graph_api.settings import environment_name
from schema.access import AccessRole
from schema.registry import EntityKind
from schema.words import current, say, text_of

if TYPE_CHECKING:
    from graph_api.cli.serving.demo_access import DemoAccess

QUESTION = """{
  impact(equipment: [ID], cause: FAULTED) {
    summary { customers { state count } lostKw mostUrgent { deadline remainingSeconds } }
    customers(first: 10) {
      totalCount
      nodes {
        customer { name importance }
        state
        loadsFed
        mostUrgent { load { name } remainingSeconds }
        procedure { title }
        responsibility(roles: [CUSTOMER_MANAGER, CUSTOMER_ELECTRICIAN]) {
          rows { role person { name } onDuty contacts { value verifiedOn } }
          gaps { role gap }
        }
      }
    }
  }
}"""
"""What the first screen asks about a feeder ID."""
WIDTH = 100
"""Columns of the first screen; a narrower terminal makes it narrower."""
COUNTED = {
    EntityKind.SUBSTATION: say("substations"),
    EntityKind.FEEDER: say("feeders"),
    EntityKind.CUSTOMER: say("customers"),
    EntityKind.PERSON: say("people"),
    EntityKind.EMERGENCY_PLAN: say("plans"),
}


def welcome(
    model: ReadModel,
    title: str,
    address: str,
    question: str,
    store: str = DEFAULT_STORE,
    access: DemoAccess | None = None,
) -> Iterator[RenderableType | str]:
    """The first screen: what is served and where, one question to paste, and what comes next.

    What is there to be copied comes as plain text, to be printed as it is: nothing stands around it or breaks it. The
    store is told, whatever is set here: in another terminal it is not.
    """
    graph = model.graph
    counts = " · ".join(f"[bold]{len(graph.of_kind(kind)):,}[/] {text_of(name)}" for kind, name in COUNTED.items())
    size = say(
        "{entities} entities, {relationships} relationships, revision {revision}",
        entities=f"{graph.entity_count:,}",
        relationships=f"{graph.relationship_count:,}",
        revision=graph.revision,
    )
    browser, health = text_of(say("Open in a browser")), text_of(say("Health, metrics"))
    width = max(cell_len(browser), cell_len(health)) + 3
    lines = Text.from_markup(
        f"{counts}\n[dim]{text_of(size)}[/]\n\n"
        f"[bold]{_padded(browser, width)}[/][bold cyan underline]{address}/[/]\n"
        f"{_padded('GraphiQL', width)}{address}/graphql\n"
        f"[bold]{_padded(health, width)}[/]{address}/readyz\n"
        f"{_padded('', width)}{address}/metrics"
    )
    yield Panel(lines, title=f"[bold]{title}[/]", border_style="green", padding=(1, 2), width=WIDTH)
    yield _head(say("Paste this question into GraphiQL:"))
    yield question
    key = None if access is None else access.keys[AccessRole.DISPATCHER]
    if access is not None and access.accounts:
        yield _head(say("Log in on the page by one click, or with one of these; whoever does not sees masked numbers:"))
        yield from _accounts(access)
    if key is not None:
        yield _head(say("With this under Headers you are the dispatcher:"))
        yield json.dumps({"Authorization": f"Bearer {key}"})
    yield _head(say("Or ask it here, in another terminal:"))
    yield curl(address, question, key)
    yield _head(say("Or by commands:"))
    if shutil.which("baodian") is None:
        yield f'export PATH="{Path(sys.argv[0]).resolve().parent}:$PATH"'
    yield f"export {environment_name('store')}={_word(_from_anywhere(store))}"
    feeder = _feeder(model)
    yield from _commands("10kV" if feeder is None else shlex.quote(model.graph.name(feeder) or model.graph.id(feeder)))
    yield Text(f"\n{text_of(say('Ctrl-C stops the server.'))}", "dim")


def _accounts(access: DemoAccess) -> Iterator[str]:
    """A line for each role: its label, account and key; the password that is all accounts' first."""
    yield f"{text_of(say('Password'))}  {access.password}"
    labels = {role: role.label(current()) for role in access.keys}
    names = {role: access.accounts.get(role, "") for role in access.keys}
    first, second = (max(map(cell_len, each.values())) + 2 for each in (labels, names))
    for role, key in access.keys.items():
        yield f"{_padded(labels[role], first)}{_padded(names[role], second)}{key}"


def _head(text: str) -> Text:
    return Text(f"\n{text_of(text)}\n", "bold")


def _from_anywhere(store: str) -> str:
    """The address of a store for other folders than this: the path of its file is whole."""
    path = store_file(store)
    return store if path is None or "~" in store or path.is_absolute() else f"sqlite:///{path.absolute()}"


def _word(text: str) -> str:
    """One word for a shell; `~` in an address needs no quotes, as the shell leaves it there."""
    return text if shlex.quote(text.replace("~", "")) == text.replace("~", "") else shlex.quote(text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def curl(address: str, question: str, key: str | None = None) -> str:
    """The question as one line for a shell, with the key that opens the service, if it needs one."""
    body = json.dumps({"query": " ".join(question.split())}, ensure_ascii=False)
    shown = "" if key is None else f" -H 'Authorization: Bearer {key}'"
    return f"curl -s {address}/graphql -H 'Content-Type: application/json'{shown} -d {shlex.quote(body)}"


def _commands(feeder: str) -> Iterator[str]:
    said = {
        f"baodian impact {feeder}": say("who is hit if it fails, until when, whom to call"),
        f"baodian export call-sheet {feeder}": say("everybody to call, in order"),
        f"baodian who {feeder}": say("who answers for it now"),
        "baodian search binjiang": say("find by name, pinyin, number, phone"),
        "baodian --help": say("all commands"),
    }
    width = max(map(cell_len, said))
    for command, what in said.items():
        yield f"{_padded(command, width)}   # {text_of(what)}"


def first_question(model: ReadModel) -> str:
    """A query that gives an answer on whatever is loaded."""
    feeder = _feeder(model)
    if feeder is None:
        return '{ search(text: "10kV") { nodes { entity { id name kind } matched } } }'
    return QUESTION.replace("ID", json.dumps(model.graph.id(feeder), ensure_ascii=False))


def _feeder(model: ReadModel) -> int | None:
    """The feeder to ask about: the page of GraphiQL asks about the same."""
    from graph_api.graphql.http.graphiql import example_feeder  # what only a server has to wait for

    return example_feeder(model.graph)
