"""Urgency (紧急程度): whose heavy question comes first: dispatchers' about incidents, then others, sweeps last."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph_api.access.principal import Principal
from graph_api.graphql.wings import Wing
from schema.access import Act

_OF_INCIDENTS = frozenset().union(
    *(wing.root_fields for wing in (Wing.INCIDENT, Wing.ROOM, Wing.LOCATION, Wing.RESTORATION, Wing.NOW, Wing.PICTURE))
)
_SWEEPS = Wing.RISK.root_fields


class Urgency(IntEnum):
    """The lower the sooner."""

    URGENT = 0
    USUAL = 1
    CAN_WAIT = 2


def urgency_of(document: DocumentNode, operation: OperationDefinitionNode, principal: Principal) -> Urgency:
    """How soon an operation is to be answered: by what it asks, also in fragments, and who asks it."""
    asked = set(root_fields(document, operation.selection_set))
    if not asked.isdisjoint(_SWEEPS):
        return Urgency.CAN_WAIT
    is_urgent = Act.HANDLE in principal.acts and not asked.isdisjoint(_OF_INCIDENTS)
    return Urgency.URGENT if is_urgent else Urgency.USUAL


def root_fields(document: DocumentNode, selections: SelectionSetNode) -> Iterator[str]:
    """Names of the fields of a root; fragments have no circles, as the document was validated."""
    for each in selections.selections:
        if isinstance(each, FieldNode):
            yield each.name.value
        elif isinstance(each, FragmentSpreadNode):
            for part in document.definitions:
                if isinstance(part, FragmentDefinitionNode) and part.name.value == each.name.value:
                    yield from root_fields(document, part.selection_set)
        elif isinstance(each, InlineFragmentNode):
            yield from root_fields(document, each.selection_set)
