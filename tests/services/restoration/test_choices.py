"""Named choices: a disconnector tie closed dead, with who is switched off for it, worked out by hand.

    G1 - CB1 - L1 - LS1 - L2 - DS9/ - L8 - CB8 - G8      the fault is on L1: LS1 parts L2 from it, and only DS9 leads
                                                         on. CB8 opened, DS9 closed dead, CB8 closed: EC8 is off from
                                                         the first to the last of these, 2 x 5 min on site
"""  # fmt: skip

from __future__ import annotations

from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import NamedChoice, Share
from graph_api.services.restoration.planning import best_plan, restoration_of
from schema.vocabulary import TransferMode
from tests.nights import clock, night

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - EC2(100kW)
    L2 - {tie} - L8 - CB8 - G8
    L8 - EC8(50kW)
"""


def choices(model: ReadModel) -> tuple[NamedChoice, ...]:
    event = Event(things=(model.graph.index("L1"),), at=clock("12:00"), since=clock("12:00"))
    plan = restoration_of(model, event)
    assert replace(plan, choices=(), alternatives=()).steps == best_plan(model, event).steps, "the plan stays"
    return plan.choices


def shares(model: ReadModel, share: Share) -> tuple[list[str], float]:
    return [model.graph.id(at) for at in (*share.customers, *share.areas)], share.kw


def test_a_disconnector_tie_is_offered_with_who_falls_and_for_how_long() -> None:
    model = night(GRID.format(tie="DS9/"))
    (choice,) = choices(model)
    said = [f"{step.action.value} {model.graph.id(step.target)}" for step in choice.steps]
    assert said == ["OPEN LS1", "LOCK LS1", "UNLOCK DS9", "OPEN CB8", "CLOSE DS9", "CLOSE CB8"]
    assert model.graph.id(choice.tie) == "DS9"
    assert shares(model, choice.interrupted) == (["EC8"], 50.0)
    assert shares(model, choice.restored) == (["EC2"], 100.0)
    assert (choice.interrupted_min, choice.harm_kw_min) == (10.0, 500.0)
    assert choice.steps[3].interrupted_areas == (model.graph.index("EC8"),)
    assert choice.steps[-1].areas == (model.graph.index("EC2"),)
    assert all(one.end_min == other.start_min for one, other in zip(choice.steps, choice.steps[1:], strict=False))


def test_a_switch_nearer_to_the_tie_takes_fewer() -> None:
    model = night(GRID.format(tie="DS9/ - L7 - LS7 - L6 - LS6") + "L7 - EC7(10kW)")
    (choice,) = choices(model)
    assert model.graph.id(choice.steps[-1].target) == "LS7"
    assert shares(model, choice.interrupted) == (["EC7"], 10.0)


def test_nothing_is_offered_where_a_plan_feeds_all_or_a_position_is_unknown() -> None:
    assert choices(night(GRID.format(tie="LS9/"))) == ()
    assert choices(night(GRID.format(tie="DS9/").replace("LS1", "LS1?"))) == ()


def test_nothing_is_offered_where_the_way_cannot_carry_it() -> None:
    text = GRID.format(tie="DS9/").replace("L8 - CB8", "L8 - n5 - L5 - CB8")
    assert len(choices(night(text, L5={"nominal_kv": 10.0, "rated_current_a": 10.0}))) == 1, "156 kW"
    assert choices(night(text, L5={"nominal_kv": 10.0, "rated_current_a": 9.0})) == (), "140 kW of 150"


def test_nothing_is_offered_where_nothing_parts_the_dark_part_from_the_fault() -> None:
    assert choices(night(GRID.format(tie="DS9/").replace("LS1 - ", ""))) == ()


def test_whom_the_plan_has_locked_out_closes_again_and_who_was_back_is_not_told_again() -> None:
    # C2's first point is fed from L2, its second from L8, so the plan opens and locks S2 against that; C3 has changed
    # over to S6 by the plan. The choice gives C2's first point (200 kW) and EC2 back, C3 nothing
    text = GRID.format(tie="DS9/") + "L2 - S2>C2\nL8 - S5>C2.2\nL2 - S3>C3\nL8 - S6>C3:standby"
    fields = {
        "C2.1": {"load_kw": 200.0},
        "C2.2": {"load_kw": 70.0},
        "C3.1": {"load_kw": 150.0, "transfer": TransferMode.MANUAL},
    }
    model = night(text, **fields)
    (choice,) = choices(model)
    said = [f"{step.action.value} {model.graph.id(step.target)}" for step in choice.steps]
    assert said[3:] == ["OPEN CB8", "CLOSE DS9", "CLOSE CB8", "UNLOCK S2", "CLOSE S2"]
    assert shares(model, choice.restored) == (["C2", "EC2"], 300.0)
    assert [[*map(model.graph.id, step.restored)] for step in choice.steps[5:]] == [[], [], ["C2"]]
    assert choice.interrupted_min == 10.0  # CB8 is closed then; nobody on it waits for C2
