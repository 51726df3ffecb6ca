"""What is derived from a read model is derived once, in bounds, and goes with it."""

from __future__ import annotations

import gc
import operator
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest

from graph_api.graphql.entities.computed import loads_of
from graph_api.readmodel.memo import Cache, Derivation, Memo
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.supply_state import STANDING_STATES, standing_state
from graph_api.services.risk.contingencies import SCREENINGS, screened_contingencies
from schema.registry import EntityKind
from tests.drawing import draw
from tests.graphql.city import NOW

LENGTHS = Derivation[str, int]("lengths of words", most=2)
CITY = "G1 - CB1/ - L1 - CB2 - S1>C1\nG1 - CB3 - L1 - S2>C2"


def test_a_value_is_derived_once_for_a_key_and_a_kind() -> None:
    memo, others = Memo(), Derivation[str, int]("others", most=2)
    assert [memo.recall(LENGTHS, word, partial(len, word)) for word in ("a", "bb", "a")] == [1, 2, 1]
    assert memo.recall(others, "a", lambda: 7) == 7
    assert (memo.of(LENGTHS).derived, memo.of(others).derived) == (2, 1)


def test_values_that_are_empty_are_kept_too() -> None:
    memo, lists = Memo(), Derivation[int, list[int]]("lists", most=2)
    for key in (1, 2, 3, 1, 2, 3):
        assert memo.recall(lists, key, list) == []
    assert memo.of(lists).derived == 3


def test_at_least_the_bound_and_at_most_twice_as_much_is_kept() -> None:
    cache = Cache[int, int](10)
    for key in range(100):
        assert cache.derive(key, partial(operator.neg, key)) == -key
        held = cache.without(lambda _: False)
        assert set(range(max(0, key - 9), key + 1)) <= held.keys()
        assert len(held) <= 20
    for key in range(90, 100):
        cache.get(key) or cache.derive(key, lambda: 0)
    assert cache.derived == 100


def test_an_error_is_not_kept() -> None:
    cache = Cache[str, int](2)
    with pytest.raises(ZeroDivisionError):
        cache.derive("a", lambda: 1 // 0)
    assert cache.derive("a", lambda: 5) == 5


def test_threads_that_ask_for_one_key_wait_for_the_first() -> None:
    cache, start, entered = Cache[str, int](2), Barrier(8), threading.Event()

    def work() -> int:
        assert not entered.is_set(), "two work at a time"
        entered.set()
        return 1

    def ask() -> int:
        start.wait()
        return cache.derive("a", work)

    with ThreadPoolExecutor(8) as pool:
        assert [each.result() for each in [pool.submit(ask) for _ in range(8)]] == [1] * 8
    assert cache.derived == 1


def test_who_waited_for_an_error_works_itself() -> None:
    cache, started, go = Cache[str, int](2), threading.Event(), threading.Event()

    def failing() -> int:
        started.set()
        go.wait()
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.derive, "a", failing)
        started.wait()
        second = pool.submit(cache.derive, "a", lambda: 3)
        go.set()
        assert second.result() == 3
        assert isinstance(first.exception(), ZeroDivisionError)


def test_an_old_snapshot_goes_with_its_last_reader() -> None:
    model = ReadModel.build(draw(CITY))
    graph = model.graph
    standing_state(model, graph.index("C1"))
    screened_contingencies(model)
    loads_of(model)
    event = Event(things=(graph.index("L1"),), at=NOW, cause=Cause.FAULTED)
    find_impact(model, event).customers()
    find_impact(model, replace(event, tripped=(graph.index("CB1"),))).customers()
    assert model.memo.of(STANDING_STATES).derived
    gone = weakref.ref(graph)
    del model, graph
    gc.collect()
    assert gone() is None


def test_pages_asked_by_two_clients_screen_once() -> None:
    model = ReadModel.build(draw(CITY))
    for _ in range(6):
        every = screened_contingencies(model)
        breakers = screened_contingencies(model, [EntityKind.BREAKER, EntityKind.FUSE])
        assert screened_contingencies(model, [EntityKind.FUSE, EntityKind.BREAKER]) is breakers
        assert every is not breakers
    assert model.memo.of(SCREENINGS).derived == 2
