"""A SteadyStateHypothesis by itself: switch positions, loads and services of a model that is in the graph already.

Each entity keeps what its own load said, and which load it came from; only what the file states of it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from loaders.cim.identity import thing_of
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.parted import Terminals, connected_again
from loaders.cim.profiles import Profile
from loaders.cim.sets import needs_eq
from loaders.cim.texts import Text
from loaders.cim.units import Units, boolean, number
from loaders.report import FEEDS_IN, FEEDS_IN_REMEDY, Reject
from loaders.source import Reading
from schema.batch import GraphBatch
from schema.customer import SupplySource
from schema.errors import LoadError
from schema.grid import ConductingEquipment, EnergyConsumer, Switch
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import say

MW = 1e3
"""A SteadyStateHypothesis is in MW by its standard (IEC 61970-456); ours is kW."""
HIGHEST_MW = 5_000.0
"""No single load takes more: a higher figure is in watts."""


def read_state(texts: Sequence[Text], reading: Reading, units: Units | None = None) -> GraphBatch:
    """Every entity of the graph that the SSH texts change. Raises LoadError if they speak of none."""
    states = [text for text in texts if text.profile is Profile.SSH]
    model = Model(texts, reading.report, Profile.SSH)
    factor = MW if units is None else units.power
    if units is None:
        _check_power(model, states)
    reading.as_of = max((text.header.as_of for text in states if text.header.as_of), default=None)
    batch, terminals = GraphBatch(), Terminals(reading)
    met = unmet = on_terminals = 0
    for item in list(model.objects.values()):
        if item.cls == "Terminal":
            on_terminals += _take_terminal(model, reading, terminals, item, batch)
            continue
        entity = thing_of(reading.entity, reading.keyed, ConductingEquipment, item.named, item.key)
        if isinstance(entity, ConductingEquipment):
            met += 1
            changed = replace(entity, **_stated(model, item, entity, factor))
            batch.entities += [] if changed == entity else [changed]
        else:
            unmet += 1
            reason = say("the graph holds no equipment of this identity")
            model.reject(
                item, "rdf:about", item.named, reason, say("Load it together with the EQ file of its own model.")
            )
    if not (met or (on_terminals and (not unmet or len(batch)))):
        raise _unknown(states[0])
    model.close()
    return batch


def leave(text: Text, reading: Reading) -> None:
    """Take a text out that can do nothing without the equipment, and say what it needs."""
    reason = say("only SSH, GL and DL files can be loaded without the EQ file of their model")
    if text.content.objects:
        text.account.left_out[reason] += len(text.content.objects)
    remedy = say("Load it together with the EQ file of its own model.")
    reading.report.findings.append(Reject(file=text.name, row=0, reason=needs_eq(text).message, remedy=remedy))


def _stated(model: Model, item: CimObject, entity: ConductingEquipment, factor: float) -> dict[str, Any]:
    """What an element states of its entity: position, load, service."""
    stated: dict[str, Any] = {}
    opened = boolean(model, item, "open") if isinstance(entity, Switch) else None
    if opened is not None:
        position = SwitchPosition.OPEN if opened else SwitchPosition.CLOSED
        stated = {"position": position, "position_source": "CIM Switch.open", "position_by": None, "position_at": None}
    kw = number(model, item, "p", factor, signed=True) if isinstance(entity, EnergyConsumer) else None
    if kw is not None:
        stated["kw"] = kw
        if kw < 0:
            model.find(item, "p", item.values["p"], FEEDS_IN, FEEDS_IN_REMEDY)
    if isinstance(entity, SupplySource) and "p" in item.values:
        reason = say("the load is a customer's; which one the whole model tells")
        model.find(item, "p", item.values["p"], reason, say("Load it together with the EQ file of its own model."))
    in_service = boolean(model, item, "inService")
    if in_service is not None:
        stated["in_service"] = in_service
    return stated


def _take_terminal(model: Model, reading: Reading, terminals: Terminals, item: CimObject, batch: GraphBatch) -> bool:
    """Connect or disconnect a terminal; whether the graph has it. A finding on one that it cannot disconnect."""
    connected = boolean(model, item, "connected")
    again = connected_again(reading, item)
    if again is not None:
        if connected:
            batch.relationships.append(again)
        elif connected is False and again.target in reading.linked(again.source, RelationshipKind.CONNECTS):
            batch.delete_relationships.append(again.identity)
        return True
    if connected is False and not terminals.part(item, batch):
        reason = say("the terminal is disconnected, which only the whole model can tell of which equipment")
        model.find(item, "connected", "false", reason, say("Load the EQ file of its model together with this file."))
        return False
    return connected is False or (connected is True and terminals.has(item))


def _check_power(model: Model, states: Sequence[Text]) -> None:
    """Raise LoadError for loads that cannot be in MW."""
    for item in model.objects.values():
        power = number(model, item, "p", signed=True) if item.cls.endswith(("Load", "Consumer")) else None
        if power is not None and abs(power) > HIGHEST_MW:
            file = states[0].name
            raise LoadError(
                say(
                    "{file}, line {line}: a load of {power} MW cannot be, so its figures are not in MW as those of an "
                    "SSH file are. Say --units V,W,m if they are in watts.",
                    file=file,
                    line=item.line,
                    power=power,
                ),
                file=file,
            )


def _unknown(text: Text) -> LoadError:
    needs = ", ".join(text.header.needs)
    message = say(
        "{file} holds switch positions and loads (SSH) of a model that is not in the store. Load the EQ file of that "
        "model first, or both in one load: baodian load EQ.xml {file}",
        file=text.name,
    )
    if needs:
        message = say("{message} (by its header it depends on {models})", message=message, models=needs)
    return LoadError(message, file=text.name)
