"""`baodian copy` into Neo4j, killed while it stages, while it checks and while it commits."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j import Driver

from graph_api.errors import InvalidInput
from graph_api.stores import open_store
from graph_api.stores.copying import copy
from graph_api.stores.digest import store_digest
from schema.batch import GraphBatch
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.neo4j.test_large_loads import CREW, crew

MOMENTS = {
    "staging": "MATCH (l:_Load) RETURN l.revision IS NULL AND l.records > 10000 AS now",
    "checking": "MATCH (m:_Meta) RETURN m.loading_phase = 'checking' AS now",
    "applying": "MATCH (m:_Meta) RETURN m.loading_phase = 'applying' AND m.loading_done > 3 AS now",
}
"""What Neo4j says when the copy is to be killed."""


def kill_when(driver: Driver, moment: str, source: str, target: str) -> None:
    """Kill a copy at a moment of its way."""
    command = [sys.executable, "-m", "graph_api.cli", "copy", "--from", source, "--to", target]
    with (
        subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL) as process,
        driver.session() as session,
    ):
        while process.poll() is None:
            row = session.run(MOMENTS[moment]).single()
            if row is not None and row["now"]:
                break
            time.sleep(0.002)
        assert process.poll() is None, f"was never {moment}"
        process.send_signal(signal.SIGKILL)
        process.wait()
        # as if the lease had run out
        session.run("MATCH (m:_Meta) WHERE m.loading IS NOT NULL SET m.loading_until = 0").consume()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_copy_that_is_killed_is_simply_made_again(
    moment: str, empty_uri: str, neo4j_driver: Driver, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/source.db"
    source = open_store(url)
    await source.begin_load("L")
    await source.stage("L", GraphBatch(entities=[Team(id="team")]))
    await source.stage("L", crew(0, CREW))
    await source.commit_load("L")
    await asyncio.to_thread(kill_when, neo4j_driver, moment, url, empty_uri)
    target = open_store(empty_uri)
    _, seen = await store_digest(target)
    whole = (await store_digest(source))[1]
    assert seen == (whole if moment == "applying" else "0" * 32)
    content = await copy(source, target)
    assert await store_digest(target) == (1, content.digest) == (1, whole)
    await target.apply(GraphBatch(entities=[Person(id="later")], relationships=[joins("later")]))
    with pytest.raises(InvalidInput, match="--force"):
        await copy(source, target)
    assert (await copy(source, target, force=True)).digest == whole
    await target.close()
    await source.close()


def joins(person: str) -> Relationship:
    return Relationship(kind=RelationshipKind.MEMBER_OF, source=person, target="team")
