"""The way back has times: what is done side by side, what waits for what, and who goes first, worked out by hand.

    G1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB8 - G8      the fault is on L2: LS1, LS2 open, LS9 closed
"""  # fmt: skip

from __future__ import annotations

from itertools import pairwise

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.planning import best_plan
from schema.vocabulary import Importance, TransferMode
from tests.nights import clock, night
from tests.services.restoration.test_planning import REMOTE, rated

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB8 - G8
    L3 - S3>C3
    L3 - EC3(40kW)
"""


def way_back(model: ReadModel) -> dict[str, PlanStep]:
    index = model.graph.index
    plan = best_plan(model, Event(things=(index("L2"),), at=clock("12:00"), since=clock("12:00")))
    return {f"{step.action.value} {model.graph.id(step.target)}": step for step in plan.after_repair}


def test_patrol_earths_locks_then_one_operation_after_the_other() -> None:
    # L2 is walked along (25 + 5), then its earth comes off where that ends; then one side and the other are unlocked;
    # LS1 is closed, then LS9 opened and LS2 closed, one after the other
    found = way_back(night(GRID, LS9=REMOTE, CB1=REMOTE))
    times = {name: (step.start_min, step.end_min) for name, step in found.items()}
    assert times["PATROL L2"] == (25.0, 30.0)
    assert times["REMOVE_EARTH L2"] == (30.0, 35.0)
    for name, (start, _) in times.items():
        if name.startswith("UNLOCK"):
            assert start >= times["REMOVE_EARTH L2"][1]
    moves = [times[name] for name in times if name.split()[0] in ("OPEN", "CLOSE")]
    assert moves == sorted(moves)
    assert all(one[1] <= other[0] for one, other in pairwise(moves))
    freed = max(end for name, (_, end) in times.items() if name.split()[0] in ("UNLOCK", "REMOVE_EARTH", "PATROL"))
    assert moves[0][0] >= freed
    opened, closed = times["OPEN LS9"], times["CLOSE LS2"]
    assert opened[1] - opened[0] == 2.0  # from afar
    assert opened[1] <= closed[0]


def test_putting_reclosing_in_service_takes_no_time_of_its_own() -> None:
    found = way_back(night(GRID, CB1={"reclosing": True}))
    again = found.get("RECLOSING_ON CB1")
    assert again is not None
    assert again.start_min == again.end_min == max(step.end_min for step in found.values())


def test_customers_go_back_side_by_side_who_has_no_supply_first() -> None:
    # C4 and C5 changed over to L8 by hand, and back there is a dip for each; C3's release opens as LS9 is opened, so it
    # has nothing, and closes first though it is of no class
    text = GRID + "L2 - S4>C4\nL8 - S5>C4:standby\nL2 - S6>C5\nL8 - S7>C5:standby"
    manual = {"load_kw": 10.0, "transfer": TransferMode.MANUAL}
    fields = {
        "C3.1": {"undervoltage_release": True, "load_kw": 10.0},
        "C4.1": manual,
        "C5.1": manual,
        "C4": {"importance": Importance.SECOND},
        "C5": {"importance": Importance.SPECIAL},
    }
    found = way_back(night(text, **fields))
    own = [name for name in found if name.split()[0] in ("RELEASE", "TRANSFER")]
    assert own == ["RELEASE S3", "TRANSFER S6", "TRANSFER S4"]
    last = max(step.end_min for name, step in found.items() if name.split()[0] in ("OPEN", "CLOSE"))
    times = {(found[name].start_min, found[name].end_min) for name in own}
    assert {end for _, end in times} == {last + 2.0}  # called while the grid is switched


def test_whom_a_release_keeps_open_closes_once_its_own_supply_is_back() -> None:
    # L8 carries 156 kW (10 A at 10 kV): C3 with 10 fits over LS9, C5 with 500 does not and waits behind LS5, which is
    # closed last. C3's release opens as LS9 is opened; LS2 feeds it again, and nothing that LS5 does concerns it
    text = GRID + "L3 - LS5 - L5 - S5>C5"
    fields = {
        "C3.1": {"undervoltage_release": True, "load_kw": 10.0},
        "C5.1": {"load_kw": 500.0},
        "L8": rated(10),
        "C3": {"importance": Importance.FIRST},
    }
    found = way_back(night(text, **fields))
    moves = [name for name in found if name.split()[0] in ("OPEN", "CLOSE")]
    assert moves[-3:] == ["OPEN LS9", "CLOSE LS2", "CLOSE LS5"]
    assert found["RELEASE S3"].end_min == found["CLOSE LS2"].end_min + 2.0
    assert found["RELEASE S3"].end_min <= found["CLOSE LS5"].end_min


def test_nobody_is_off_while_the_crew_that_closes_again_is_on_the_way() -> None:
    # LS1 is closed already: LS9 is opened from afar (2) once the crew stands at LS2 (25), and C3 is off for 7 minutes
    acts = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:56 LS2 OPEN", "11:57 CB1 CLOSED", "11:58 LS9 CLOSED")
    model = night(GRID, *acts, "12:40 LS1 CLOSED", LS9=REMOTE)
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("12:50"), since=clock("11:50"), tripped=(index("CB1"),),
        repaired=clock("12:30"),
    )  # fmt: skip
    moved = [step for step in best_plan(model, event).after_repair if step.opens or step.closes]
    found = {model.graph.id(step.target): step for step in moved}
    assert (found["LS9"].start_min, found["LS9"].end_min) == (23.0, 25.0)
    assert (found["LS2"].start_min, found["LS2"].end_min) == (25.0, 30.0)
