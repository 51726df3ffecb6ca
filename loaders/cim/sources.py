"""Which injections and machines feed the grid: those that the user names, and the model's own reference."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from loaders.cim.classes import EQUIPMENT
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.units import plain
from schema.entity import Entity
from schema.errors import LoadError
from schema.grid import EnergySource
from schema.words import say

SHOWN = 5
"""Candidates that a finding names."""
_ORDER = ("EquivalentInjection", "SynchronousMachine", "PowerElectronicsConnection")
_MACHINES = (*_ORDER, "AsynchronousMachine")


def sources_of(model: Model, named: Sequence[str], known: Callable[[str], Entity | None]) -> set[str]:
    """Keys of all equipment that is a source. Raises LoadError for a name that is no such equipment.

    `known` is the entity of an id in the graph: what an earlier load named stays a source until others are named.
    """
    given = {key for key, item in model.objects.items() if EQUIPMENT.get(item.cls) is EnergySource}
    chosen = {_named(model, name).key for name in named}
    if not named:
        chosen = {item.key for item in _candidates(model) if isinstance(known(_id(item)), EnergySource)} - given
        for key in sorted(chosen):
            reason = say("taken as a source of the grid, as in the load before")
            model.find(model.objects[key], "", "", reason, say("To change that, name what feeds it with --source."))
    chosen |= _references(model, given | chosen)
    if not given | chosen:
        _tell(model)
    return given | chosen


def _named(model: Model, name: str) -> CimObject:
    wanted = name.casefold().removeprefix("_")
    for item in model.equipment():
        names = (item.key, item.named, item.values.get("mRID", ""))
        if wanted in (each.casefold().removeprefix("_") for each in names):
            if item.cls in _MACHINES or EQUIPMENT[item.cls] is EnergySource:
                return item
            raise LoadError(
                say("--source {name}: it is a {cls}, which feeds nothing. {choice}", name=name, cls=item.cls,
                    choice=_choice(model))
            )  # fmt: skip
    raise LoadError(say("--source {name}: the model has no such equipment. {choice}", name=name, choice=_choice(model)))


def _choice(model: Model) -> str:
    found = ", ".join(_id(item) for item in _candidates(model)[:SHOWN])
    return say("Injections and machines: {names}.", names=found) if found else say("It has no injection or machine.")


def _candidates(model: Model) -> list[CimObject]:
    return [item for cls in _ORDER for item in model.each(cls)]


def _references(model: Model, given: set[str]) -> set[str]:
    """Machines of the first reference priority: where there are several, the lowest number above zero."""
    priorities = {
        item.key: priority
        for item in (*_candidates(model), *(model.objects[key] for key in sorted(given)))
        if (priority := plain(item.values.get("referencePriority", "")) or 0.0) > 0
    }
    first = min(priorities.values(), default=0.0)
    found = {key for key, priority in priorities.items() if priority == first} - given
    for key in sorted(found):
        item = model.objects[key]
        reason = say("the model's reference (referencePriority); taken as a source of the grid")
        remedy = say("Nothing to do if the grid is fed from there.")
        model.find(item, "referencePriority", item.values["referencePriority"], reason, remedy)
    return found


def _tell(model: Model) -> None:
    files = " ".join(dict.fromkeys(shlex.quote(text.part.path.name) for text in model.texts))
    found = _candidates(model)
    commands = [f"baodian load {files} --source {shlex.quote(_id(item))}" for item in found[:SHOWN]]
    remedy = say("Export the feeding network too.")
    if commands:
        remedy = say("Say what feeds it: {commands}", commands=" | ".join(commands))
    model.remark(say("The file has no EnergySource: nothing in it can be live."), remedy)


def _id(item: CimObject) -> str:
    return item.values.get("mRID") or item.named
