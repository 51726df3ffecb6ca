"""An automatic transfer that nobody has reported: an event takes it to have acted, the list of who is out says so.

    G1 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - G2        CB1 and CB2 each have CB9 closed for them
"""  # fmt: skip

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.now import OutFilter, customer_out, list_customers_out
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from tests.nights import clock, night
from tests.services.outage.test_grid_transfers import PAIRS, STATION

TRIP = "11:50 CB8 OPEN 保护跳闸"


def out(*reports: str) -> dict[str, list[str]]:
    """Who is out by what is reported, with what may have brought whom back."""
    model = station(*reports)
    name = model.graph.id
    listed = [at for _, at in list_customers_out(model, OutFilter())]
    return {name(at): [*map(name, customer_out(model, at).may_be_live_by)] for at in listed}


def station(*reports: str) -> ReadModel:
    return night(STATION, *reports, more=PAIRS, CB1={"auto_transfer_s": 3.0}, CB2={"auto_transfer_s": 5.0})


def test_whom_an_event_takes_to_have_dipped_the_list_says_of_by_what() -> None:
    model = station(TRIP)
    index, name = model.graph.index, model.graph.id
    impact = find_impact(model, Event(things=(index("L1"),), tripped=(index("CB8"),), at=clock("11:52")))
    (acted,) = impact.grid_transfers
    assert (list(impact.customers()), {*map(name, acted.dipped)}) == ([], {"C1", "C2"})
    assert out(TRIP) == {"C1": ["CB9"], "C2": ["CB9"]}


def test_also_once_the_breaker_that_it_opened_is_reported() -> None:
    assert out(TRIP, "11:51 CB1 OPEN 遥信") == {"C1": ["CB9"], "C2": ["CB9"]}


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ((TRIP, "11:51 CB1 OPEN", "11:51 CB9 CLOSED"), {}),  # reported: nobody is out
        ((TRIP, "11:52 CB9 OPEN"), {"C1": [], "C2": []}),  # it stands open, so it has not acted
        (("11:50 CB8 OPEN 计划检修",), {"C1": [], "C2": []}),  # opened for work: none acts
        (("11:50 CB3 OPEN 保护跳闸",), {"C1": []}),  # behind B1, which is live
        ((TRIP, "11:52 CB8 CLOSED"), {}),
    ],
)
def test_what_is_reported_decides(reports: tuple[str, ...], said: dict[str, list[str]]) -> None:
    assert out(*reports) == said


def test_an_opening_of_the_day_before_yesterday_says_nothing_any_more() -> None:
    """Who has been out for more than a day without a word of the transfer is out."""
    assert out(TRIP, "47:50 CB5 OPEN") == {"C1": [], "C2": [], "C3": []}
