"""Asked after the trip has been recorded: the grid as it was before it, and a warning where it may be missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.impact import Cause
from graph_api.services.outage.trips import moment_of
from schema.vocabulary import SwitchPosition
from tests.drawing import draw
from tests.events import impact_on, plans_for
from tests.services.restoration.test_planning import TIE

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TRIP = datetime(2026, 5, 1, 11, 50, tzinfo=UTC)
OPEN = {"CB1": {"position": SwitchPosition.OPEN, "position_at": TRIP}}


def hit(model: ReadModel, *things: str, tripped: tuple[str, ...] = (), cause: Cause = Cause.FAULTED) -> set[str]:
    graph = model.graph
    found = impact_on(model, list(map(graph.index, things)), NOW, cause=cause, tripped=list(map(graph.index, tripped)))
    return {graph.id(index) for _, index in found.customers()}


@pytest.mark.parametrize("cause", [Cause.FAULTED, Cause.ISOLATED])
@pytest.mark.parametrize("thing", ["L1", "L2", "L3"])
def test_a_recorded_trip_changes_no_answer(thing: str, cause: Cause) -> None:
    before, after = ReadModel.build(draw(TIE)), ReadModel.build(draw(TIE, **OPEN))
    assert hit(after, thing, cause=cause) == set()
    assert hit(after, thing, cause=cause, tripped=("CB1",)) == hit(before, thing, cause=cause) != set()


def test_a_feeder_whose_head_has_tripped() -> None:
    after = ReadModel.build(draw(TIE, **OPEN))
    assert hit(after, "F1", tripped=("CB1",)) == {"C1", "C2", "C3"}
    assert hit(after, "CB1", tripped=("CB1",), cause=Cause.OPENED) == {"C1", "C2", "C3"}


def test_the_plan_is_that_of_before() -> None:
    before, after = ReadModel.build(draw(TIE)), ReadModel.build(draw(TIE, **OPEN))
    index = after.graph.index
    plans = plans_for(after, [index("L2")], NOW, tripped=[index("CB1")])
    assert plans[0].steps == plans_for(before, [index("L2")], NOW)[0].steps
    assert index("CB1") in {step.target for step in plans[0].steps}


def test_what_may_have_tripped_is_told() -> None:
    after = ReadModel.build(draw(TIE, **OPEN))
    index = after.graph.index
    for thing in ("L1", "L2", "F1", "C3"):
        assert impact_on(after, [index(thing)], NOW).may_have_tripped == (index("CB1"),)
    assert impact_on(after, [index("L2")], NOW, tripped=[index("CB1")]).may_have_tripped == ()
    assert impact_on(after, [index("L8")], NOW).may_have_tripped == ()
    assert plans_for(after, [index("L2")], NOW)[0].may_have_tripped == (index("CB1"),)


def test_a_tie_that_is_normally_open_is_no_trip() -> None:
    model = ReadModel.build(draw("G1 - B1 - LS9/ - L1 - S1>C1", LS9={"normal_position": SwitchPosition.OPEN}))
    assert impact_on(model, [model.graph.index("L1")], NOW).may_have_tripped == ()


@pytest.mark.parametrize("tripped", ["CB2", "L1", "C1"])
def test_what_does_not_stand_open_has_not_tripped(tripped: str) -> None:
    model = ReadModel.build(draw(TIE, **OPEN))
    with pytest.raises(InvalidInput, match="does not stand open"):
        hit(model, "L2", tripped=(tripped,))


def test_other_trips_than_the_fault_causes_are_refused() -> None:
    more = {**OPEN, "LS1": {"position": SwitchPosition.OPEN}}
    model = ReadModel.build(draw(TIE, **more))
    with pytest.raises(InvalidInput, match="LS1"):
        hit(model, "L2", tripped=("CB1", "LS1"))
    with pytest.raises(InvalidInput, match="CB1"):
        hit(model, "L8", tripped=("CB1",), cause=Cause.ISOLATED)
    with pytest.raises(InvalidInput, match="CB1"):
        plans_for(model, [model.graph.index("L8")], NOW, tripped=[model.graph.index("CB1")])


def test_the_loss_was_when_the_first_device_opened() -> None:
    model = ReadModel.build(draw(TIE, **OPEN))
    index = model.graph.index
    assert moment_of(model, [index("CB1"), index("CB2")], NOW) == TRIP
    assert moment_of(model, [index("CB2")], NOW) is None
    assert moment_of(model, [], NOW) is None


def test_what_is_stuck_must_be_asked_to_open() -> None:
    model = ReadModel.build(draw("G1 - B0 - CB0 - B1 - CB1 - L1 - LS1 - L2 - S1>C1\nB1 - CB2 - L3 - S2>C2"))
    index = model.graph.index

    def stuck(*names: str) -> set[str]:
        found = impact_on(model, [index("L2")], NOW, stuck=list(map(index, names)))
        return {model.graph.id(customer) for _, customer in found.customers()}

    assert stuck() == {"C1"}
    assert stuck("CB1") == stuck("CB1", "CB0") == {"C1", "C2"}
    for idle in (["CB2"], ["CB0"], ["LS1"], ["L1"], ["CB1", "LS1"]):
        with pytest.raises(InvalidInput, match="named as stuck"):
            stuck(*idle)


def test_what_is_named_as_may_have_tripped_can_be_asked_as_tripped() -> None:
    """Behind a switch that was opened before the breaker no fault has tripped it: its own advice would be refused."""
    opened = {"position": SwitchPosition.OPEN, "position_at": TRIP - timedelta(minutes=5)}
    model = ReadModel.build(draw("G1 - B1 - CB1 - L1 - LS1 - L2 - S2>C2\nL1 - S1>C1", LS1=opened, **OPEN))
    index = model.graph.index
    assert impact_on(model, [index("L1")], NOW).may_have_tripped == (index("CB1"),)
    assert hit(model, "L1", tripped=("CB1",)) == {"C1"}
    assert impact_on(model, [index("L2")], NOW).may_have_tripped == ()
    with pytest.raises(InvalidInput, match="would not open CB1"):
        hit(model, "L2", tripped=("CB1",))
