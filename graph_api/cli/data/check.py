"""`baodian check`: which questions files can answer, and what is missing for the others. Nothing is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.cli import output
from graph_api.cli.data.files import CountryOption, EncodingOption, Format, MappingOption, ShiftsOption, TimezoneOption
from graph_api.cli.session import read_model, with_store
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.commands.ingest import LoadOutcome
    from graph_api.services.explore.answerable import Answerable
    from graph_api.stores.contract import Store


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=say("Files or folders, as `load` takes them."))
    ],
    mapping: MappingOption = "plain",
    timezone: TimezoneOption = "",
    country: CountryOption = "",
    encoding: EncodingOption = "",
    shifts: ShiftsOption = "",
    as_json: output.JsonOption = False,
) -> None:
    """Try files out in a store that is thrown away, and tell which questions they can answer."""
    from graph_api.cli.data import load_report  # as the others here: what only running has to wait for
    from graph_api.cli.data.sources import source_of
    from graph_api.commands.ingest import ingest
    from graph_api.services.explore.answerable import answerable
    from loaders.tabular import TabularSource
    from loaders.tabular.writing import Writing

    writing = Writing.of(timezone, country, encoding, shifts)
    source = source_of(paths, Format.AUTO, mapping, "check", writing, "", (), walk_on=True)

    async def work(opened: Store) -> LoadOutcome:
        return await ingest(opened, source)

    with tempfile.TemporaryDirectory(prefix="baodian-") as scratch:
        store = f"sqlite:///{scratch}/check.db"
        outcome = with_store(store, work, create=True)
        found = [] if outcome.failed else answerable(read_model(store))
    if as_json:
        report = load_report.as_json(outcome, source.system)
        told = {key: report[key] for key in ("accounts", "rejects", "findings", "refused")}
        output.emit_json(told | {"questions": [_machine(each) for each in found]})
    else:
        load_report.show_report(outcome.report)
        _show(found)
    outcome.checked()
    if isinstance(source, TabularSource) and source.refused is not None:
        raise source.refused


def _show(found: list[Answerable]) -> None:
    if not found:
        return
    rows = [
        (each.question, each.command, say("yes") if not each.missing else "\n".join(map(text_of, each.missing)))
        for each in found
    ]
    heads = (say("question"), say("command"), say("can be answered, or what is missing"))
    output.emit(output.table(say("What these files can answer"), *heads, rows=rows, whole=heads[1:2]))
    output.notice(say("Nothing was kept: load the files with `baodian load`."))


def _machine(each: Answerable) -> dict[str, object]:
    missing = [text_of(sentence) for sentence in each.missing]
    return {"question": text_of(each.question), "command": each.command, "missing": missing}
