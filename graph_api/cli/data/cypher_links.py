"""`baodian derive`: short relationships for people who look at the graph in Neo4j."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.cli import output
from graph_api.cli.session import with_store
from graph_api.errors import InvalidInput
from graph_api.settings import environment_name
from schema.words import say

if TYPE_CHECKING:
    from graph_api.stores.contract import Store


def derive(
    store: Annotated[
        str,
        typer.Option(
            "--store", envvar=environment_name("store"), metavar="URL", help=say("Neo4j, as neo4j://USER@HOST.")
        ),
    ],
    as_json: output.JsonOption = False,
) -> None:
    """Work out which feeder feeds what and write it into Neo4j as FEEDS and SUPPLIED_BY, for short Cypher.

    They hold for the revision that they are marked with; a running server goes on with it after changes. See
    docs/cypher.md.
    """

    async def work(opened: Store) -> tuple[int, dict[str, int]]:
        from graph_api.exports.supply_links import derive as work_out  # what only running has to wait for
        from graph_api.live.graph import load_graph
        from graph_api.readmodel.model import ReadModel
        from graph_api.stores.neo4j import Neo4jStore

        if not isinstance(opened, Neo4jStore):
            raise InvalidInput(say("Derived relationships are for Neo4j; name it by --store neo4j://USER@HOST."))
        links = work_out(ReadModel.build(await load_graph(opened)))
        return links.revision, await opened.derive(links.pairs, links.revision)

    revision, written = with_store(store, work)
    if as_json:
        output.emit_json({"revision": str(revision), "relationships": written})
    elif not written:
        output.line(say("Those of a newer revision stand there already; nothing was written."))
    else:
        counts = ", ".join(f"{count:,} {name}" for name, count in written.items())
        output.line(say("{counts}, of revision {revision}", counts=counts, revision=revision))
