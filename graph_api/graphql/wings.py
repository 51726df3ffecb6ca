"""Wings (问题分组) of the API: which questions stand together, known without importing any of them.

A server has all of them. A command that asks one question makes the schema of the wings that its operation needs, with
the fields that it names: the same types, documents and answers, without the time that the others take to make.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, unique
from importlib import import_module

from graphql import FieldNode, OperationDefinitionNode, OperationType, parse


@unique
class Wing(Enum):
    """A module of questions: class and root fields. Bases of the query's type, in the order of the contract."""

    THINGS = (
        "things", "ThingQuestions",
        "node nodes search resolve graph customers feeders substations people teams plans equipment loads",
    )  # fmt: skip
    NOW = ("now", "NowQuestions", "customersOut switchesOffNormal openPoints")
    INCIDENT = ("incident", "IncidentQuestions", "impact")
    ROOM = ("room", "RoomQuestions", "incident incidents board generatorTrucks")
    DUTY = ("duty", "DutyQuestions", "responsibilityTable roster")
    LOCATION = ("location", "LocationQuestions", "locateFault")
    RESTORATION = ("restoration", "RestorationQuestions", "restoration")
    RISK = ("risk", "RiskQuestions", "readiness supplyRisks contingencies screening cutPairs tieWorths")
    ACCESS = ("access", "AccessQuestions", "viewer auditHead auditEntries accessRegister")
    PICTURE = ("picture", "PictureQuestions", "picture")
    EXPLORE = ("explore", "ExploreQuestions", "trace paths neighbourhood vocabulary")

    @property
    def root_fields(self) -> frozenset[str]:
        """Names of its questions."""
        return frozenset(self.value[2].split())

    def questions(self) -> type:
        """The class that answers them; imported by this."""
        module, name, _ = self.value
        found: type = getattr(import_module(f"graph_api.graphql.questions.{module}"), name)
        return found


ALL = frozenset(Wing)


def subscriptions() -> type:
    """Root of the subscriptions; imported by this."""
    found: type = import_module("graph_api.graphql.questions.told").Subscription
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What of the API is made: its questions, and the fields of its types with these names, None = all."""

    wings: frozenset[Wing]
    names: frozenset[str] | None = None
    changes: bool = False
    """Whether changes can be asked, too."""


def part_of(asks: Collection[tuple[str, str]]) -> Part | None:
    """What these operations (document, name) need; None = whatever can be asked, where none is given.

    Raises KeyError for what is no question, or asked through a fragment at the root.
    """
    if not asks:
        return None
    names = {name for document, _ in asks for name in _NAME.findall(document)}
    wings = frozenset(_OWNER[field] for ask in asks for field in _root_fields(*ask, OperationType.QUERY))
    changes = any(_root_fields(*ask, OperationType.MUTATION) for ask in asks)
    return Part(wings, frozenset(names), changes)


_NAME = re.compile(r"[A-Za-z_]\w*")
_OWNER = {field: wing for wing in Wing for field in wing.root_fields}


def _root_fields(document: str, name: str, operation: OperationType) -> list[str]:
    """Root fields of the operation of that name, if it is of that type."""
    for each in parse(document).definitions:
        if isinstance(each, OperationDefinitionNode) and each.name is not None and each.name.value == name:
            fields = [field.name.value for field in each.selection_set.selections if isinstance(field, FieldNode)]
            return fields if each.operation is operation else []
    raise KeyError(name)
