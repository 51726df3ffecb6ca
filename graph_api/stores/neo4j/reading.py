"""What was committed after a revision."""

from __future__ import annotations

from graph_api.stores.contract import Change, Resync
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.images import change
from graph_api.stores.neo4j.statements import CHANGES
from graph_api.stores.neo4j.stored_meta import read_meta
from schema.migrations import SchemaSteps
from schema.numbers import Revision
from schema.words import say

CHANGES_PER_READ = 32


async def next_changes(transaction: Transaction, schema: SchemaSteps, after: Revision) -> tuple[list[Change], Revision]:
    """Changes next after a revision, at most a few, and the newest revision. Raises Resync if one is not kept."""
    newest = (await read_meta(transaction, schema)).revision
    if newest < after:
        raise Resync(
            say(
                "Revision {after} is not of this store, which is at {newest}; load it anew.", after=after, newest=newest
            )
        )
    if newest == after:
        return [], newest
    # all revisions up to `newest` are committed by now: one that is missing is gone, never late
    last = min(newest, after + CHANGES_PER_READ)
    rows = await transaction.run(CHANGES, after=after, last=last)
    if len(rows) < last - after:
        raise Resync(say("Changes after revision {after} are not kept any more; load the graph anew.", after=after))
    changes: list[Change] = []
    for revision, at, request_id, record in rows:
        if record is None:
            if not changes:
                raise Resync(
                    say("Revision {revision} changed too much to be listed; load the graph anew.", revision=revision)
                )
            break
        try:
            changes.append(change(revision, at, request_id, record))
        except Resync:
            if not changes:
                raise
            break
    return changes, newest
