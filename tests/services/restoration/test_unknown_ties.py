"""Ties of unknown position: somebody looks where that decides, and the plan goes on in both worlds.

    G1 - CB1 - L1 - LS1 - L2 - DS9? - L8 - CB8 - G8      the fault is on L1. DS9 closed: CB8 tripped, too, and feeds L8
                                                         and L2 once LS1 is open. DS9 open: L8 has voltage, and DS9 is
                                                         not closed onto it
"""  # fmt: skip

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StillOutReason
from schema.vocabulary import ResponsibilityRole
from tests.nights import clock, night

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - EC2(100kW)
    L2 - {tie} - L8 - CB8 - G8
    L8 - EC8(50kW)
"""


def planned(model: ReadModel, at: str = "12:00", **more: tuple[int, ...]) -> RestorationPlan:
    return best_plan(model, Event(things=(model.graph.index("L1"),), at=clock(at), since=clock("12:00"), **more))


def acts(model: ReadModel, plan: RestorationPlan) -> list[str]:
    """Steps that are no locks and earths."""
    said = (f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps)
    return [each for each in said if not each.startswith(("LOCK", "EARTH"))]


def accounts(model: ReadModel, plan: RestorationPlan) -> tuple[set[str], dict[str, StillOutReason]]:
    name = model.graph.id
    return {name(each.thing) for each in plan.accounts.back}, {name(e.thing): e.reason for e in plan.still_out}


def test_a_disconnector_of_unknown_position_is_looked_at_and_what_tripped_behind_it_is_closed() -> None:
    model = night(GRID.format(tie="DS9?"))
    plan = planned(model)
    assert acts(model, plan) == ["CHECK DS9", "OPEN LS1", "CLOSE CB8"]
    looked = plan.steps[0]
    assert (looked.doer, looked.start_min, looked.end_min) == (ResponsibilityRole.DISTRIBUTION_REPAIR, 25.0, 30.0)
    assert accounts(model, plan) == ({"EC8"}, {"EC2": StillOutReason.POSITION_UNKNOWN})


def test_once_it_was_reported_the_plan_is_the_one_of_that_world() -> None:
    closed = night(GRID.format(tie="DS9?"), "11:00 DS9 UNKNOWN", "12:30 DS9 CLOSED")
    plan = planned(closed, "12:31")
    assert acts(closed, plan) == ["OPEN LS1", "CLOSE CB8"]
    assert accounts(closed, plan) == ({"EC2", "EC8"}, {})
    opened = night(GRID.format(tie="DS9?"), "11:00 DS9 UNKNOWN", "12:30 DS9 OPEN")
    assert accounts(opened, planned(opened, "12:31"))[1] == {"EC2": StillOutReason.DISCONNECTOR_TIE}


def test_another_way_that_feeds_everybody_whatever_it_is_comes_first() -> None:
    model = night(GRID.format(tie="DS9?") + "L2 - LS7/ - L7 - CB7 - G7")
    plan = planned(model)
    assert acts(model, plan)[-2:] == ["OPEN LS1", "CLOSE LS7"]
    assert accounts(model, plan) == ({"EC2", "EC8"}, {})


def test_what_makes_load_is_closed_whatever_it_is() -> None:
    model = night(GRID.format(tie="LS9?"))
    plan = planned(model)
    assert acts(model, plan) == ["OPEN LS1", "CLOSE LS9", "CLOSE CB8"]
    assert accounts(model, plan) == ({"EC2", "EC8"}, {})


def test_one_that_nobody_can_operate_is_only_looked_at() -> None:
    model = night(GRID.format(tie="LS9?"))
    plan = planned(model, fixed=(model.graph.index("LS9"),))
    assert "CHECK LS9" in acts(model, plan)
    assert "CLOSE LS9" not in acts(model, plan)
    assert accounts(model, plan)[1] == {"EC2": StillOutReason.POSITION_UNKNOWN}


def test_a_tie_that_has_no_room_still_says_so() -> None:
    model = night(GRID.format(tie="LS9/"), L8={"rated_current_a": 4.0, "nominal_kv": 10.0})
    assert accounts(model, planned(model))[1] == {"EC2": StillOutReason.NO_CAPACITY}


BEHIND = """
    G1 - CB1 - L1 - {head} - L2 - CB2 - L3 - LS5 - L5 - EC5(30kW)
    L2 - EC2(20kW)
    L3 - EC3(50kW)
"""


def fault_beyond(text: str, *reports: str, at: str = "12:00") -> tuple[list[str], tuple[set[str], dict[str, str]]]:
    """Acts and accounts where L5 is faulty: CB2 tripped only if the switch before L2 was closed."""
    model = night(text, *reports)
    plan = best_plan(model, Event(things=(model.graph.index("L5"),), at=clock(at), since=clock("12:00")))
    back, out = accounts(model, plan)
    return acts(model, plan), (back, {name: reason.value for name, reason in out.items()})


def test_what_trips_only_if_a_switch_towards_the_source_is_closed_is_closed_again_with_it() -> None:
    for head in ("LS1?", "CB3?"):
        done, told = fault_beyond(BEHIND.format(head=head))
        assert done == ["OPEN LS5", "CLOSE CB2", f"CLOSE {head[:-1]}"]
        assert told == ({"EC3"}, {"EC5": "CUT_OUT"})


def test_behind_a_disconnector_it_is_closed_while_somebody_looks() -> None:
    done, told = fault_beyond(BEHIND.format(head="DS1?"))
    assert done == ["CHECK DS1", "OPEN LS5", "CLOSE CB2"]
    assert told == ({"EC3"}, {"EC5": "CUT_OUT"})


def test_a_tie_that_feeds_it_whatever_the_disconnector_is_comes_first() -> None:
    done, told = fault_beyond(BEHIND.format(head="DS1?") + "L3 - LS8/ - L8 - CB8 - G8")
    assert done == ["OPEN LS5", "CLOSE LS8"]
    assert told == ({"EC3"}, {"EC5": "CUT_OUT"})


def test_what_was_reported_as_tripped_behind_it_is_closed_while_somebody_looks() -> None:
    done, told = fault_beyond(BEHIND.format(head="DS1"), "11:00 DS1 UNKNOWN", "12:01 CB2 OPEN SCADA", at="12:05")
    assert done == ["CHECK DS1", "OPEN LS5", "CLOSE CB2"]
    assert told == ({"EC3"}, {"EC5": "CUT_OUT"})


def test_once_the_switch_before_it_was_reported_closed_only_the_trip_is_left_to_close() -> None:
    done, told = fault_beyond(BEHIND.format(head="LS1"), "11:00 LS1 UNKNOWN", "12:30 LS1 CLOSED", at="12:31")
    assert done == ["OPEN LS5", "CLOSE CB2"]
    assert told == ({"EC3"}, {"EC5": "CUT_OUT"})


def test_switches_that_lead_to_nobody_are_left_as_they_are() -> None:
    dead_end = "L3 - LS7? - L7 - LS9/ - L9"
    assert fault_beyond(BEHIND.format(head="LS1?") + dead_end)[0] == ["OPEN LS5", "CLOSE CB2", "CLOSE LS1"]
    idle = BEHIND.replace("    L2 - EC2(20kW)\n", "").format(head="DS1?")
    assert fault_beyond(idle + "L3 - LS8/ - L8 - CB8 - G8")[0] == ["OPEN LS5", "CLOSE LS8"]


def test_after_the_repair_the_tripped_head_is_closed_beside_a_tie_that_nobody_knows() -> None:
    # both heads were closed before: whatever DS9 is, CB1 joins nothing that was not joined
    model = night(GRID.format(tie="DS9?").replace("LS1", "DS1") + "L2 - S1>C1")
    back = [(step.action.value, model.graph.id(step.target), step) for step in planned(model).after_repair]
    closed = {name: step for action, name, step in back if action == "CLOSE"}
    assert list(closed) == ["DS1", "CB1"]
    assert [model.graph.id(at) for at in closed["CB1"].restored] == ["C1"]
