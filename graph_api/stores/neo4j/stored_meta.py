"""What the store says about itself: one node, whose lock orders all writers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph_api.errors import StoreCorrupt, StoreUnavailable, UpgradeRequired
from graph_api.stores.contract import StoreMeta
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.statements import LOCK, LOOK, META
from schema.migrations import SchemaSteps
from schema.numbers import Revision
from schema.words import say

FORMAT = 3
"""Version of how the graph and the nodes beside it lie in Neo4j (see upgrading). Older programs read no newer one."""

_MOST = 2**53
"""Revisions that a million commits a day would reach in 24 million years; above stands what no commit made."""
_alarmed: set[tuple[str, object]] = set()
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommittingLoad:
    """A load that is being committed: who does it, how far it is, and until when nobody else may take over."""

    load_id: str
    by: str
    applying: bool
    done: int
    at: str
    upgrades: bool
    abandoned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMeta(StoreMeta):
    """Identity and format of the store, as this program sees it."""

    holds_unknown_properties: bool
    """True if a newer program wrote to it: nodes may hold properties that must be kept."""
    loading: CommittingLoad | None


async def read_meta(transaction: Transaction, schema: SchemaSteps) -> NodeMeta:
    """Raises UpgradeRequired if this program is too old for the store."""
    return _meta(await transaction.run(META), schema)


async def locked_meta(transaction: Transaction, schema: SchemaSteps) -> NodeMeta:
    """The same, and no other writer can go on until this transaction ends."""
    return _meta(await transaction.run(LOCK), schema)


async def locked_look(
    transaction: Transaction, schema: SchemaSteps, request_id: str | None, ids: Sequence[str]
) -> tuple[NodeMeta, dict[str, Any] | None, list[list[Any]]]:
    """The same, with what is known of a request, and [id, labels, version] of those of the ids that are there."""
    meta = await locked_meta(transaction, schema)
    request, rows = await transaction.run(LOOK, request=request_id, ids=ids)
    return meta, request, rows


def refuse_while_loading(meta: NodeMeta) -> None:
    """Raise StoreUnavailable while a load is being committed."""
    if meta.loading is not None:
        raise StoreUnavailable(
            say(
                "The store is committing the load {load_id!r}; nothing was changed, try again.",
                load_id=meta.loading.load_id,
            ),
            load_id=meta.loading.load_id,
            abandoned=meta.loading.abandoned,
        )


def _meta(held: dict[str, Any] | None, schema: SchemaSteps) -> NodeMeta:
    if held is None or "uuid" not in held:
        raise StoreCorrupt(say("The store has lost its identity (node :_Meta); restore the last backup."))
    store_format, version, min_reader = held["format"], held["schema_version"], held["min_reader"]
    if store_format > FORMAT or min_reader > schema.version:
        raise UpgradeRequired(
            say(
                "The store (format {store_format}, schema {version}) needs a program that reads schema "
                "{min_reader}, format {store_format}; this one reads up to schema {known}, format "
                "{format}. Upgrade it.",
                store_format=store_format,
                version=version,
                min_reader=min_reader,
                known=schema.version,
                format=FORMAT,
            ),
            min_reader=min_reader,
            format=store_format,
        )
    changed_at = held.get("changed_at")
    return NodeMeta(
        uuid=held["uuid"],
        format=store_format,
        schema_version=version,
        min_reader=min_reader,
        revision=_revision(held),
        changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
        holds_unknown_properties=version > schema.version,
        loading=_loading(held),
    )


def _revision(held: dict[str, Any]) -> Revision:
    """The newest revision: what others set back, or to what is no number, is not followed."""
    told, above = held.get("revision"), held.get("above")
    good = told if type(told) is int and 0 <= told < _MOST else None
    # a change record may be committed between the two readings of one statement
    if good is not None and (above is None or above <= good):
        return Revision(good)
    newest = Revision(max(above or 0, good or 0))
    if (held["uuid"], told) not in _alarmed:
        _alarmed.add((held["uuid"], told))
        log.error(
            "the revision of the store was changed past this program, to %r; %s is the newest one and holds: "
            "MATCH (m:_Meta {one: 1}) SET m.revision = %s",
            told,
            newest,
            newest,
        )
    return newest


def _loading(held: dict[str, Any]) -> CommittingLoad | None:
    if "loading" not in held:
        return None
    return CommittingLoad(
        load_id=held["loading"],
        by=held["loading_by"],
        applying=held["loading_phase"] == "applying",
        done=held["loading_done"],
        at=held["loading_at"],
        upgrades=held["loading_upgrades"],
        abandoned=held["now"] > held["loading_until"],
    )
