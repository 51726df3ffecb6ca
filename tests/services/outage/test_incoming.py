"""Supplies without a recorded bay stand for their incoming switch: what is reported of it is kept and counts.

    G1 - CB1 - L1 - S1 main of C1, S3 of C2 (released), S4 of C3        G2 - CB2 - L2 - S2 standby of C1
"""  # fmt: skip

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.standing_loads import standing_loads
from schema.vocabulary import LoadsFed, SupplyState, TransferMode
from tests.nights import clock, night

GRID = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - S3>C2
    G2 - CB2 - L2 - S2>C1:standby
    L1 - S1>C1
    L1 - LS4 - L4 - S4>C3
"""
FIELDS = {
    "C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 80.0},
    "C2.1": {"undervoltage_release": True, "load_kw": 50.0},
    "S2": {"capacity_kva": 50.0},
}
CHANGED_OVER = ("12:05 S1 OPEN", "12:05 S2 CLOSED")


def of(model: ReadModel, name: str, *, at: str, since: str = "12:00", thing: str = "L1") -> tuple[Impact, object]:
    index = model.graph.index
    impact = find_impact(
        model, Event(things=(index(thing),), at=clock(at), since=clock(since), tripped=(index("CB1"),))
    )
    found = impact.affected(index(name))
    return impact, (found.state, found.loads_fed, found.back)


def test_a_change_over_that_was_reported_feeds_and_only_from_then_on() -> None:
    model = night(GRID, "12:00 CB1 OPEN", *CHANGED_OVER, **FIELDS)
    # 50 kVA of the standby carry 45 of 80 kW
    assert of(model, "C1", at="12:10")[1] == (SupplyState.DEGRADED, LoadsFed.SOME, False)
    assert of(model, "C1", at="12:04")[1] == (SupplyState.DEGRADED, LoadsFed.NONE, False)
    able = night(GRID, "12:00 CB1 OPEN", *CHANGED_OVER, **{**FIELDS, "S2": {}})
    assert of(able, "C1", at="12:10")[1] == (SupplyState.DEGRADED, LoadsFed.ALL, True)
    assert present_state(able, able.graph.index("C1")).loads_fed is LoadsFed.ALL


def test_who_had_changed_over_before_loses_nothing_with_its_main_supply() -> None:
    model = night(GRID, "09:00 S1 OPEN", "09:00 S2 CLOSED", "12:00 CB1 OPEN", **{**FIELDS, "S2": {}})
    assert of(model, "C1", at="12:10")[1] == (SupplyState.DEGRADED, LoadsFed.ALL, False)
    index = model.graph.index
    other = find_impact(model, Event(things=(index("L2"),), at=clock("11:00")))
    assert other.affected(index("C1")).loads_fed is LoadsFed.NONE  # its main supply is live, and stands open
    loads = standing_loads(model)
    assert (loads[index("S1")], loads[index("S2")]) == (0.0, 80.0)


def test_a_release_is_closed_again_by_a_report_of_the_supply() -> None:
    back = ("12:00 CB1 OPEN", "12:05 LS4 OPEN", "12:07 CB1 CLOSED")
    asked = {"at": "12:30", "thing": "L4"}
    held = night(GRID, *back, **FIELDS)
    assert of(held, "C2", **asked)[1] == (SupplyState.NORMAL, LoadsFed.NONE, False)
    told = night(GRID, *back, "12:20 S3 CLOSED", **FIELDS)
    assert of(told, "C2", **asked)[1] == (SupplyState.NORMAL, LoadsFed.ALL, True)
    assert of(told, "C2", at="12:15", thing="L4")[1] == (SupplyState.NORMAL, LoadsFed.NONE, False)


def test_a_plan_asks_for_no_change_over_that_was_made_and_goes_on_without() -> None:
    model = night(GRID, "12:00 CB1 OPEN", *CHANGED_OVER, **{**FIELDS, "S2": {}})
    index = model.graph.index
    plan = best_plan(model, Event(things=(index("L1"),), at=clock("12:10"), tripped=(index("CB1"),)))
    assert not [step for step in plan.steps if step.action.value == "TRANSFER"]
    assert [(each.step, each.minute) for each in plan.accounts.back if each.thing == index("C1")] == [(0, 0.0)]


def test_a_supply_that_was_opened_feeds_nobody_though_it_is_live() -> None:
    model = night(GRID, "10:00 S4 OPEN", **FIELDS)
    state = present_state(model, model.graph.index("C3"))
    assert (state.state, state.loads_fed) == (SupplyState.NORMAL, LoadsFed.NONE)


def test_an_unknown_switch_elsewhere_on_the_feeder_leaves_a_reported_supply_as_live_as_it_is() -> None:
    # S1 is live again and stands open by report: NORMAL, whatever LS4 is like (in its worlds S1 was taken to be dead)
    told = ("12:00 CB1 OPEN", *CHANGED_OVER, "12:06 LS5 OPEN", "12:07 CB1 CLOSED")
    fields = {**FIELDS, "S2": {}}
    grid = GRID.replace("CB1 - L1", "CB1 - L0 - LS5 - L1").replace("L1 - S1>C1", "L0 - S1>C1")
    for unknown in ((), ("11:00 LS4 UNKNOWN",), ("12:06 LS4 UNKNOWN",)):
        model = night(grid, *told, *unknown, **fields)
        impact, found = of(model, "C1", at="12:30")
        assert found == (SupplyState.NORMAL, LoadsFed.ALL, True), unknown
        assert impact.affected(model.graph.index("C1")).depends_on == ()


MAINS = """
    G1 - CB1 - L1 - S11>C1:main
    G2 - CB2 - L2 - S12>C1:main
    G3 - CB3 - L3 - S13>C1:standby
    L1 - S21>C2:main
    L3 - S23>C2:standby
"""
BY_HAND = {name: {"transfer": TransferMode.MANUAL, "load_kw": 100.0} for name in ("C1.1", "C2.1")}


def awaited(model: ReadModel, name: str) -> tuple[list[str], list[str], list[str]] | None:
    """What a change-over that is awaited opens and closes, and what carries then."""
    found = of(model, name, at="12:10")[0].affected(model.graph.index(name)).awaiting_transfer
    if found is None:
        return None
    opens, closes, by = (
        [model.graph.id(at) for at in each] for each in (found.supplies_opened, found.supplies_closed, found.supplies)
    )
    return opens, closes, by


def planned(model: ReadModel) -> tuple[list[tuple[list[str], list[str]]], set[str], int]:
    """What change-overs of the plan open and close, who is back already, and how many are still out."""
    index, name = model.graph.index, model.graph.id
    event = Event(things=(index("L1"),), at=clock("12:10"), since=clock("12:00"), tripped=(index("CB1"),))
    plan = best_plan(model, event)
    moved = [([*map(name, step.opens)], [*map(name, step.closes)]) for step in plan.steps if step.closes or step.opens]
    return moved, {name(each.thing) for each in plan.accounts.back if each.step == 0}, len(plan.still_out)


def test_an_awaited_change_over_names_what_plan_and_mutation_name() -> None:
    model = night(MAINS, "12:00 CB1 OPEN", **BY_HAND)
    assert awaited(model, "C2") == (["S21"], ["S23"], ["S23"])
    assert awaited(model, "C1") == (["S11"], [], ["S12"])  # the other main supply carries all once this one is opened
    assert sorted(planned(model)[0]) == [(["S11"], []), (["S21"], ["S23"])]


def test_a_change_over_that_was_done_as_told_is_no_step_any_more() -> None:
    model = night(MAINS, "12:00 CB1 OPEN", "12:05 S11 OPEN", "12:06 S21 OPEN", "12:06 S23 CLOSED", **BY_HAND)
    assert planned(model) == ([], {"C1", "C2"}, 0)
    assert awaited(model, "C1") is None
    assert awaited(model, "C2") is None


def test_who_opened_one_main_supply_and_lost_the_other_closes_it_again_by_hand() -> None:
    # L2 is lost while S11, live, stands open: a lock may be on it
    model = night(MAINS, "12:00 CB2 OPEN", "12:05 S11 OPEN", "12:05 CB3 OPEN", **BY_HAND)
    index = model.graph.index
    event = Event(things=(index("L2"),), at=clock("12:10"), since=clock("12:00"), tripped=(index("CB2"),))
    steps = [(step.action.value, model.graph.id(step.target)) for step in best_plan(model, event).steps]
    mine = [each for each in steps if each[1] in ("S11", "S12")]
    assert mine == [("UNLOCK", "S11"), ("TRANSFER", "S11"), ("LOCK", "S12")]


def test_who_changed_back_from_a_supply_that_fell_meanwhile_is_not_told_to_close_it_again() -> None:
    # S23 was closed when L3 fell: its release opened; then it was opened by hand and S21 closed: closing S23 alone
    # would join the two
    released = {**BY_HAND, "C2.1": {**BY_HAND["C2.1"], "undervoltage_release": True}}
    acts = ("12:00 CB1 OPEN", "12:02 S21 OPEN", "12:02 S23 CLOSED", "12:04 CB3 OPEN", "12:05 CB3 CLOSED")
    back = night(MAINS, *acts, "12:07 S23 OPEN", "12:07 S21 CLOSED", **released)
    hit = of(back, "C2", at="12:10")[0].affected(back.graph.index("C2"))
    assert [back.graph.id(at) for at in hit.released] == []
    assert awaited(back, "C2") == (["S21"], ["S23"], ["S23"])
    assert ([], ["S23"]) not in planned(back)[0]
    assert (["S21"], ["S23"]) in planned(back)[0]
    fell = night(MAINS, *acts, **released)
    hit = of(fell, "C2", at="12:10")[0].affected(fell.graph.index("C2"))
    assert [fell.graph.id(at) for at in hit.released] == ["S23"]
