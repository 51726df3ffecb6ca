"""Edits (编辑): what a command makes of the graph, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph_api.errors import ErrorCode
from graph_api.readmodel.snapshot import Snapshot
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.numbers import Version
from schema.relationships import Relationship, RelationshipKey, RelationshipKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a command cannot be carried out: `path` leads to the field of the input, the message says what to do.

    `id` and `version` (0 = it is not there) are given where another version was expected.
    """

    code: ErrorCode
    path: tuple[str, ...]
    message: str
    id: str | None = None
    version: Version | None = None


Problems = tuple[Problem, ...]
"""All that is wrong with a command; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that can be made: the batch, and the versions it was planned on (0 = not there)."""

    batch: GraphBatch
    versions: Mapping[str, Version]


def joined(one: Edit, other: Edit | Problems) -> Edit | Problems:
    """Two edits as one; what is wrong with the other, where something is. They put no thing both."""
    if not isinstance(other, Edit):
        return other
    mine, theirs = one.batch, other.batch
    batch = GraphBatch(
        entities=[*mine.entities, *theirs.entities],
        relationships=[*mine.relationships, *theirs.relationships],
        delete_entities=[*mine.delete_entities, *theirs.delete_entities],
        delete_relationships=[*mine.delete_relationships, *theirs.delete_relationships],
        reports=[*mine.reports, *theirs.reports],
        delete_reports=[*mine.delete_reports, *theirs.delete_reports],
    )
    return Edit(batch=batch, versions={**one.versions, **other.versions})


def relink(
    batch: GraphBatch, graph: Snapshot, index: int | None, made: Entity, kind: RelationshipKind, wanted: set[str]
) -> None:
    """Let exactly the `wanted` things be the targets of `made`'s relationships of a kind.

    `index` is where `made` stands in the graph, None = it is new. Put what is missing and take away what is too much;
    what stands already keeps where it came from.
    """
    edges = () if index is None else graph.edges(index)
    held = [
        RelationshipKey(kind, made.id, graph.id(edge.other), edge.key)
        for edge in edges
        if edge.outgoing and edge.kind is kind
    ]
    missing = wanted - {link.target for link in held}
    batch.relationships += [Relationship(kind=kind, source=made.id, target=target) for target in sorted(missing)]
    batch.delete_relationships += [link for link in held if link.target not in wanted]
