"""Processes that tests start, freeze and kill: each writes to a store and tells what was acknowledged, line by line."""

from __future__ import annotations

import asyncio
import itertools
import sys

from graph_api.errors import OutcomeUnknown, RequestIdConflict, StoreError
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind


def pair(writer: str, number: int) -> GraphBatch:
    """Two people in a ring, whose names must always be the same: half of it would show."""
    ids = [f"{writer}-{number % 50}-{half}" for half in "ab"]
    return GraphBatch(
        entities=[Team(id="team"), *(Person(id=id, name=f"{writer}-{number}") for id in ids)],
        relationships=[Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in ids],
    )


async def write(url: str, writer: str) -> None:
    """Commit pair after pair; print `number revision` of each that was acknowledged. Ends when it is killed."""
    store = open_store(url)
    for number in itertools.count():
        request = f"{writer}-{number}"
        while True:
            try:
                commit = await store.apply(pair(writer, number), request_id=request)
            except OutcomeUnknown:
                # asked again with the same id: has an effect only if the first had none
                await asyncio.sleep(0.05)
            except RequestIdConflict:
                break
            except StoreError:
                await asyncio.sleep(0.05)
            else:
                print(number, commit.revision, flush=True)  # noqa: T201
                break


async def commit_load(url: str, load_id: str) -> None:
    """Commit a load that is staged."""
    print("begun", flush=True)  # noqa: T201
    commit = await open_store(url).commit_load(load_id)
    print(commit.revision, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run({"write": write, "commit-load": commit_load}[sys.argv[1]](*sys.argv[2:]))
