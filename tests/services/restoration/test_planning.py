"""Restoration plans: drawn cases, and every step against brute force on random networks."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import product

import networkx as nx
import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Topology
from graph_api.services.outage.impact import Cause
from graph_api.services.restoration.loading import Loading, rating_kw
from graph_api.services.restoration.planning import RestorationPlan
from graph_api.services.restoration.replay import Replay, Unsafe
from graph_api.services.restoration.spreading import Objective
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.batch import GraphBatch
from schema.customer import AccessPoint, ReceivingPoint
from schema.grid import Switch
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, LoadsFed, ResponsibilityRole, SwitchPosition, TransferMode
from tests.drawing import draw
from tests.events import impact_on, plans_for

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TIE = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB2 - B2 - G2
    L1 - S1>C1
    L2 - S2>C2
    L3 - S3>C3
    L8 - S8>C8
"""


def load(kw: float) -> dict[str, object]:
    return {"load_kw": kw}


class Case:
    def __init__(self, text: str, *more: GraphBatch, **fields: dict[str, object]) -> None:
        self.model = ReadModel.build(draw(text, *more, **fields))
        self.graph = self.model.graph

    def plans(self, *things: str, **options: list[str]) -> list[RestorationPlan]:
        named = {name: [self.graph.index(each) for each in those] for name, those in options.items()}
        return plans_for(self.model, [self.graph.index(each) for each in things], NOW, **named)  # type: ignore[arg-type]

    def steps(self, plan: RestorationPlan) -> list[str]:
        return [f"{step.action.value} {self.graph.id(step.target)}" for step in plan.steps]

    def out(self, plan: RestorationPlan) -> dict[str, StillOutReason]:
        return {self.graph.id(each.customer): each.reason for each in plan.still_out}


def rated(amperes: float) -> dict[str, object]:
    return {"rated_current_a": amperes, "nominal_kv": 10}


def test_the_fault_is_cut_out_and_the_rest_is_fed_from_both_sides():
    case = Case(TIE, **{"C1.1": load(100), "C2.1": load(200), "C3.1": load(300)})
    (plan,) = case.plans("L2")
    assert case.steps(plan) == ["OPEN LS1", "OPEN LS2", "CLOSE CB1", "CLOSE LS9"]
    assert [case.graph.id(customer) for step in plan.steps for customer in step.restored] == ["C1", "C3"]
    assert [step.kw for step in plan.steps] == [0, 0, 100, 300]
    assert (plan.operations, plan.kw, plan.restored_count) == (4, 400, 2)
    assert case.out(plan) == {"C2": StillOutReason.CUT_OUT}


def test_who_operates_what():
    case = Case(TIE, LS1={"remote_controlled": True})
    (plan,) = case.plans("L2")
    doers = {case.graph.id(step.target): step.doer for step in plan.steps}
    assert doers["LS1"] is ResponsibilityRole.DISPATCHER
    assert doers["LS2"] is ResponsibilityRole.DISTRIBUTION_REPAIR


def test_a_supply_that_cannot_carry_it_is_not_asked_to():
    # 10 A at 10 kV and a power factor of 0.9 carry 156 kW
    case = Case(TIE, **{"C3.1": load(300), "C8.1": load(50), "L8": rated(10)})
    (plan,) = case.plans("L2")
    assert "CLOSE LS9" not in case.steps(plan)
    assert case.out(plan)["C3"] is StillOutReason.NO_CAPACITY
    enough = Case(TIE, **{"C3.1": load(100), "C8.1": load(50), "L8": rated(10)})
    assert "CLOSE LS9" in enough.steps(enough.plans("L2")[0])


def test_the_most_urgent_part_first_where_not_all_can_be_carried():
    text = TIE + "\nL3 - LS3 - L4 - S4>C4"
    fields = {"C3.1": load(100), "C4.1": load(100), "C8.1": load(0), "L8": rated(10)}
    case = Case(text, C4={"importance": Importance.FIRST}, **fields)
    plans = {plan.objective: plan for plan in case.plans("L2")}
    first = plans[Objective.MOST_IMPORTANT]
    # the tie leads over L3 to L4: only the nearer part can be carried
    assert case.out(first).keys() == {"C2", "C4"}
    assert "OPEN LS3" in case.steps(first)
    assert case.steps(first).index("OPEN LS3") < case.steps(first).index("CLOSE LS9")
    purposes = {case.graph.id(step.target): step.purpose for step in first.steps}
    assert (purposes["LS3"], purposes["LS9"]) == (StepPurpose.CUT_OFF, StepPurpose.RESUPPLY)
    assert case.out(first)["C4"] is StillOutReason.NO_CAPACITY
    assert Objective.FEWEST_OPERATIONS in plans
    assert "CLOSE LS9" not in case.steps(plans[Objective.FEWEST_OPERATIONS])


def test_the_grid_is_never_fed_through_a_customer():
    text = """
        F1 = CB1
        G1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB1/ - IB1
        G2 - CB2 - L8 - S8>C2:standby - SB2 - IB1
        L2 - S3>C3
    """
    case = Case(text)
    for plan in case.plans("L1"):
        assert not [step for step in plan.steps if step.action is StepAction.CLOSE]
        assert "C3" in case.out(plan)


def test_a_customer_changes_over_by_hand_or_gets_a_generator():
    two = """
        F1 = CB1
        G1 - CB1 - L1 - S1>C1
        G2 - CB2 - L8 - S8>C1:standby
        L1 - S2>C2
    """
    access = GraphBatch(
        entities=[AccessPoint(id="A2", name="接入箱")],
        relationships=[Relationship(kind=RelationshipKind.CONTAINED_IN, source="A2", target="C2.1")],
    )
    by_hand = {"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 80.0}}
    case = Case(two, access, C2={"importance": Importance.SECOND}, **by_hand)
    (plan,) = case.plans("L1")
    tail = [(step.action, case.graph.id(step.target), step.doer, step.kw) for step in plan.steps[-2:]]
    assert set(tail) == {
        (StepAction.TRANSFER, "S8", ResponsibilityRole.CUSTOMER_ELECTRICIAN, 80.0),
        (StepAction.GENERATOR, "A2", ResponsibilityRole.EMERGENCY_POWER, 0.0),
    }
    assert not case.out(plan)


def test_a_stuck_switch_makes_the_cut_larger():
    case = Case(TIE)
    (plan,) = case.plans("L2", fixed=["LS2"])
    assert "OPEN LS2" not in case.steps(plan)
    assert {"C2", "C3"} <= case.out(plan).keys()


def test_isolated_is_what_the_first_plan_leaves():
    case = Case(TIE)
    things = [case.graph.index("L2")]
    impact = impact_on(case.model, things, NOW, cause=Cause.ISOLATED)
    assert {case.graph.id(customer) for _, customer in impact.customers()} == {"C2"}
    assert {case.graph.id(each) for each in impact.operated_by} == {"LS1", "LS2"}
    with pytest.raises(InvalidInput, match="no place to cut out"):
        impact_on(case.model, [case.graph.index("F1")], NOW, cause=Cause.ISOLATED)


def test_a_replay_refuses_what_is_unsafe():
    case = Case(TIE)
    things = [case.graph.index("L2")]
    (plan,) = case.plans("L2")
    replay = Replay(case.model, plan.isolation, impact_on(case.model, things, NOW))
    at = case.graph.index
    with pytest.raises(Unsafe, match="cut out"):
        replay.operate(at("CB1"), SwitchPosition.CLOSED)
    for step in plan.steps:
        replay.operate(step.target, SwitchPosition.OPEN if step.action is StepAction.OPEN else SwitchPosition.CLOSED)
    loop = Case(TIE + "\nL1 - LS5/ - L8")
    (loop_plan,) = loop.plans("L2")
    again = Replay(loop.model, loop_plan.isolation, impact_on(loop.model, [loop.graph.index("L2")], NOW))
    for name in ("LS1", "LS2"):
        again.operate(loop.graph.index(name), SwitchPosition.OPEN)
    again.operate(loop.graph.index("CB1"), SwitchPosition.CLOSED)
    with pytest.raises(Unsafe, match="join two live"):
        again.operate(loop.graph.index("LS5"), SwitchPosition.CLOSED)


def random_feeders(seed: int) -> Case:
    """Three feeders of some sections each with switches between, loads and ties; all ratings recorded."""
    chance = random.Random(seed)
    lines, ends, fields = [], [], {}
    for feeder in range(3):
        parts, names = chance.randint(2, 4), []
        for part in range(parts):
            name = f"L{feeder}{part}"
            names.append(name)
            fields[name] = rated(chance.choice([20, 40, 80]))
            lines.append(f"{name} - S{feeder}{part}>C{feeder}{part}")
            fields[f"C{feeder}{part}.1"] = load(float(chance.choice([50, 100, 200, 300])))
            fields[f"C{feeder}{part}"] = {"importance": chance.choice(list(Importance))}
        chain = f" - LS{feeder}0 - ".join(names[:2])
        for number, name in enumerate(names[2:], 1):
            chain += f" - LS{feeder}{number} - {name}"
        lines += [f"F{feeder} = CB{feeder}", f"G{feeder} - CB{feeder} - {chain}"]
        ends += [(feeder, name) for name in names]
    for number in range(chance.randint(1, 3)):
        one, other = chance.sample(ends, 2)
        if one[0] != other[0]:
            lines.append(f"{one[1]} - LS9{number}/ - {other[1]}")
    return Case("\n".join(lines), **fields)


@pytest.mark.parametrize("part", range(4))
def test_every_step_is_safe_and_no_single_closing_is_left_out(part: int) -> None:
    planned = 0
    for seed in range(part, 160, 4):
        case = random_feeders(seed)
        graph, chance = case.graph, random.Random(seed)
        fault = graph.index(f"L{chance.randint(0, 2)}{chance.randint(0, 1)}")
        for plan in plans_for(case.model, [fault], NOW):
            planned += 1
            _check_steps(case, plan)
        best = max(plan.kw for plan in plans_for(case.model, [fault], NOW))
        assert best >= _best_by_one_tie_each(case, fault) - 1e-6, seed
    assert planned > 30


def _check_steps(case: Case, plan: RestorationPlan) -> None:
    """The cut part is dead after every step, the grid stays a forest, and nothing new is overloaded at the end."""
    model = case.model
    positions = dict.fromkeys(plan.isolation.fault.tripped.tolist(), SwitchPosition.OPEN)
    for step in plan.steps:
        if step.action not in (StepAction.OPEN, StepAction.CLOSE):
            continue
        closes = step.action is StepAction.CLOSE
        positions[step.target] = SwitchPosition.CLOSED if closes else SwitchPosition.OPEN
        topology = model.topology.assuming(tuple(positions.items()))
        after = topology.opened(plan.isolation.cut)
        assert not any(after.live(index) for index in plan.isolation.cut)
        assert _is_radial(case, topology, set(plan.isolation.cut))
        entity = case.graph.get(Switch, step.target)
        assert entity.in_service
    assert not _overloads(case, model.topology.assuming(tuple(positions.items())))


def _overloads(case: Case, topology: Topology) -> list[int]:
    """Equipment that carries more than it may, and more than before."""
    rated_ones = [i for i in case.graph.indexes() if rating_kw(case.model, i) is not None]
    now, then = Loading(case.model, case.model.topology), Loading(case.model, topology)
    return [i for i in then.overloaded(rated_ones) if then.flow[i] > now.flow[i] + 1e-6]


def _is_radial(case: Case, topology: Topology, cut: set[int]) -> bool:
    graph, found = case.graph, nx.Graph()
    for index in graph.indexes():
        for node in graph.targets(index, RelationshipKind.CONNECTS):
            if topology.energised(index) and topology.energised(node) and not {index, node} & cut:
                found.add_edge(index, node)
    sources = [index for index in found if graph.kind(index) is EntityKind.ENERGY_SOURCE]
    joined = [len(set(sources) & part) <= 1 for part in nx.connected_components(found)]
    return nx.is_forest(found) and all(joined)


def _best_by_one_tie_each(case: Case, fault: int) -> float:
    """Most power that closing one tie alone, with everything that tripped elsewhere, could feed again whole."""
    (first, *_) = plans_for(case.model, [fault], NOW)
    cut, model = first.isolation, case.model
    ties = [
        index
        for index in case.graph.of_kind(EntityKind.LOAD_BREAK_SWITCH)
        if case.graph.id(index).startswith("LS9") and index not in (*cut.to_open, *cut.locked_open)
    ]
    base = [*((switch, SwitchPosition.OPEN) for switch in (*cut.fault.tripped.tolist(), *cut.to_open))]
    base += [(switch, SwitchPosition.CLOSED) for switch in cut.to_close]
    lost = impact_on(model, [fault], NOW).summary.lost_kw
    best = 0.0
    for tie, closes in product([None, *ties], [True]):
        positions = [*base, *([(tie, SwitchPosition.CLOSED)] if tie is not None and closes else [])]
        topology = model.topology.assuming(positions)
        if any(topology.opened(cut.cut).live(i) for i in cut.cut) or not _is_radial(case, topology, set(cut.cut)):
            continue
        if _overloads(case, topology):
            continue
        outage = model.topology.opened(cut.cut, positions)
        points = [i for i in case.graph.indexes() if isinstance(case.graph.entity(i), ReceivingPoint)]
        out = 0.0
        for point in points:
            (supply,) = case.graph.targets(point, RelationshipKind.FED_BY)
            if not outage.live(supply):
                out += case.graph.get(ReceivingPoint, point).load_kw or 0.0
        best = max(best, lost - out)
    return best


def test_states_are_those_of_the_services():
    case = Case(TIE)
    (plan,) = case.plans("L2")
    impact = impact_on(case.model, [case.graph.index("L2")], NOW, cause=Cause.ISOLATED)
    (hit,) = [impact.affected(customer) for _, customer in impact.customers()]
    assert hit.loads_fed is LoadsFed.NONE
    assert plan.positions
