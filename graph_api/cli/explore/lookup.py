"""`baodian search` and `baodian status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.kinds import kind_name, kinds_named
from graph_api.cli.labels import word
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import local_minute, read_time
from schema.words import say

Answer = Mapping[str, Any]
FAILED = 1
MAX_HITS = 200
"""Hits that a search keeps."""
FIELDS = {
    "name": say("name"),
    "aliases": say("alias"),
    "number": say("number"),
    "key": say("key of the source system"),
    "pinyin": say("pinyin"),
    "initials": say("initials"),
    "phone": say("telephone"),
    "id": say("id"),
}
"""What a thing was found by."""


def search(
    text: Annotated[
        str, typer.Argument(help=say("Name, number, alias, pinyin, initials, or the last digits of a phone."))
    ],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=say("Only this kind, as Feeder or 馈线; repeatable."))
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=MAX_HITS, help=say("Most hits to show; --json gives all."))
    ] = 10,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Find things by what people call them."""
    kinds = kinds_named(kind)
    with asking(store, server, ["search"]) as ask:
        found = ask.ask_all("search", "search", most=None if as_json else limit, text=text, kinds=kinds)
    if as_json:
        output.emit_json(found)
    else:
        _show_hits(text, found["search"])


def _show_hits(text: str, page: Answer) -> None:
    if not page["nodes"]:
        output.notice(say("Nothing found for {text}. Try fewer words, or pinyin.", text=repr(text)))
        return
    rows = (_hit(each["entity"], each) for each in page["nodes"])
    about = say("Found for {text}", text=repr(text))
    output.emit(output.table(about, say("kind"), say("name"), say("id"), say("found by"), rows=rows))
    more = page["totalCount"] - len(page["nodes"])
    if page["truncated"]:
        output.notice(say("There are more than {more} others; add a word.", more=more))
    elif more:
        output.notice(say("There are {more} more; add a word, or --limit.", more=more))


def _hit(entity: Answer, hit: Answer) -> tuple[object, ...]:
    return kind_name(entity["kind"]), entity["name"], entity["id"], f"{word(FIELDS, hit['field'])}: {hit['matched']}"


def status(store: StoreOption = DEFAULT_STORE, server: ServerOption = None, as_json: output.JsonOption = False) -> None:
    """Say what the store holds, and how it is: exit code 1 where it cannot be read."""
    with asking(store, server, ["status"]) as ask:
        found = ask.ask("status")
    if as_json:
        output.emit_json(found)
    else:
        _show_status(found["graph"])
    if _is_in_trouble(found["graph"]["store"]):
        raise typer.Exit(FAILED)


def _show_status(graph: Answer) -> None:
    item, value = say("item"), say("value")
    output.emit(output.table(say("State of the graph"), item, value, rows=_state(graph, graph["store"])))
    kind, count = say("kind"), say("count")
    counted = ((kind_name(each["kind"]), f"{each['count']:,}") for each in graph["kinds"])
    output.emit(output.table(say("Entities by kind"), kind, count, rows=counted, numbers=[count]))
    if not graph["freshness"]:
        output.notice(say("No load is recorded: the graph was not made by `baodian load`."))
        return
    files, taken, rejected = say("files"), say("rows taken"), say("rows rejected")
    known, loaded = say("data as of"), say("newest load")
    heads = (say("source system"), files, known, loaded, taken, rejected)
    rows = map(_system, graph["freshness"])
    output.emit(
        output.table(say("Sources"), *heads, rows=rows, numbers=[files, taken, rejected], whole=[known, loaded])
    )


def _state(graph: Answer, store: Answer) -> Iterator[tuple[str, str]]:
    yield say("revision"), graph["revision"]
    yield say("committed"), _minute(graph["asOf"])
    yield say("entities"), f"{graph['entities']:,}"
    yield say("relationships"), f"{graph['relationships']:,}"
    yield say("store"), f"{store['kind']} {store['uuid']}"
    if _is_in_trouble(store):
        yield say("store not reachable since"), _minute(store["since"])
        yield say("why"), store["lastError"] or ""
    if store["writeTrouble"]:
        yield say("takes no changes"), store["writeTrouble"]
    if store["foreignEdits"]:
        yield say("edits by other programs"), str(len(store["foreignEdits"]))


def _is_in_trouble(store: Answer) -> bool:
    return bool(store["lastError"]) or not store["reachable"]


def _system(each: Answer) -> tuple[object, ...]:
    rows = (f"{each[name]:,}" for name in ("files", "rowsTaken", "rowsRejected"))
    files, taken, rejected = rows
    return each["system"], files, _minute(each["asOf"]), _minute(each["loadedAt"]), taken, rejected


def _minute(at: str | None) -> str:
    return "" if at is None else local_minute(read_time(at))
