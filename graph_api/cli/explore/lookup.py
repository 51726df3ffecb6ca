"""`baodian search` and `baodian status`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from graph_api.cli import naming, output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_all, read_model
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.search import MAX_HITS, find
from graph_api.stores.contract import StoreMeta
from schema.provenance import SourceLoad
from schema.registry import KINDS, EntityKind


def kinds_named(names: list[str] | None) -> list[EntityKind] | None:
    """Kinds by code, class name or Chinese term; None for none. Raises InvalidInput for an unknown one."""
    if not names:
        return None
    known = {word.casefold(): kind for kind in KINDS for word in (kind.value, kind.label, kind.zh)}
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no entity kind; `baodian schema` lists them all.", kind=unknown[0])
    return [known[name.casefold()] for name in names]


def search(
    text: Annotated[str, typer.Argument(help="Name, number, alias, pinyin, initials, or the last digits of a phone.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind, as Feeder or 馈线; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MAX_HITS, help="Most hits to show.")] = 10,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Find things by what people call them: 滨江, binjiang, bj, 1021, 138...; small typing errors are forgiven."""
    model = read_model(store)
    result = find(model, text, kinds_named(kind))
    hits = result.hits[:limit]
    more = len(result.hits) > limit or result.truncated
    if as_json:
        found = [{**naming.brief(model, hit.index), "matched": hit.matched, "field": hit.field} for hit in hits]
        output.emit_json({"hits": found, "truncated": more})
        return
    if not hits:
        output.notice(f"Nothing found for {text!r}. Try fewer words, or pinyin.")
        return
    graph = model.graph
    rows = ((graph.kind(h.index).zh, graph.name(h.index), graph.id(h.index), f"{h.field}: {h.matched}") for h in hits)
    output.emit(output.table(f"Found for {text!r}", "kind", "name", "id", "found by", rows=rows))
    if more:
        output.notice(f"There are more than {limit}; add a word, or --limit.")


def status(store: StoreOption = DEFAULT_STORE, as_json: output.JsonOption = False) -> None:
    """Say what the store holds: revision, size, counts per kind, and how fresh each source system's data is."""
    model, meta = read_all(store)
    facts = _facts(model, meta, store)
    if as_json:
        output.emit_json(facts)
        return
    head = [(name, facts[name]) for name in ("store", "revision", "changedAt", "entities", "relationships")]
    output.emit(output.table("Store 数据状态", "what", "value", rows=head))
    counted = ((EntityKind(code).zh, EntityKind(code).label, count) for code, count in facts["kinds"].items())
    output.emit(output.table("Entities by kind", "中文", "kind", "count", rows=counted, numbers=["count"]))
    if not facts["loads"]:
        output.notice("No load is recorded: the graph was not made by `baodian load`.")
        return
    heads = ("system", "files", "as of", "newest load", "rows taken", "rejected")
    output.emit(output.table("Sources 数据来源", *heads, rows=_systems(facts["loads"]), numbers=[heads[1], *heads[4:]]))


def _systems(loads: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """A row per source system, of the newest load of each of its files."""
    newest = {(each["system"], each["file"]): each for each in loads}
    for system in sorted({system for system, _ in newest}):
        own = [each for (name, _), each in newest.items() if name == system]
        known = [each["asOf"] for each in own if each["asOf"]]
        rows = (sum(each[key] for each in own) for key in ("taken", "rejected"))
        yield system, len(own), max(known, default=""), max(each["loadedAt"] for each in own), *rows


def _facts(model: ReadModel, meta: StoreMeta, url: str) -> dict[str, Any]:
    graph = model.graph
    counts = {kind.value: len(graph.of_kind(kind)) for kind in KINDS}
    loads = [graph.get(SourceLoad, index) for index in graph.of_kind(EntityKind.SOURCE_LOAD)]
    return {
        "store": url,
        "uuid": meta.uuid,
        "format": meta.format,
        "revision": str(graph.revision),
        "changedAt": _local(graph.changed_at),
        "entities": graph.entity_count,
        "relationships": graph.relationship_count,
        "kinds": {code: count for code, count in counts.items() if count},
        "loads": [
            {
                "system": load.system,
                "file": load.file,
                "asOf": _local(load.as_of),
                "loadedAt": _local(load.loaded_at),
                "read": load.rows_read,
                "taken": load.rows_taken,
                "duplicates": load.rows_duplicate,
                "rejected": load.rows_rejected,
            }
            for load in sorted(loads, key=lambda load: load.number)
        ],
    }


def _local(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).astimezone().isoformat(timespec="seconds")
