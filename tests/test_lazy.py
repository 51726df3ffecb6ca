"""Properties that are worked out once: threads that look at different objects never wait for one another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from graph_api.lazy import cached_property

PATIENCE_S = 10


class Side:
    """One of two that are each worked out of the other one."""

    def __init__(self, both_begun: Barrier) -> None:
        self.other: Side | None = None
        self._both_begun = both_begun

    @cached_property
    def left(self) -> str:
        if self.other is None:
            return "the left end"
        self._both_begun.wait(PATIENCE_S)
        return "left of " + self.other.right

    @cached_property
    def right(self) -> str:
        if self.other is None:
            return "the right end"
        self._both_begun.wait(PATIENCE_S)
        return "right of " + self.other.left


def test_two_that_need_each_others_properties_both_go_on() -> None:
    begun = Barrier(2)
    one, two = Side(begun), Side(begun)
    one.other, two.other = Side(begun), Side(begun)
    found: list[str] = []
    # one.left is under way and needs a `right`, two.right is and needs a `left`
    threads = [
        threading.Thread(target=lambda: found.append(one.left), daemon=True),
        threading.Thread(target=lambda: found.append(two.right), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(found) == ["left of the right end", "right of the left end"]


def test_the_first_result_is_everybodys() -> None:
    class Once:
        begun = Barrier(2)

        @cached_property
        def thing(self) -> object:
            self.begun.wait(PATIENCE_S)
            return object()

    once = Once()
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: once.thing, range(2))
    assert first is second is once.thing
    assert isinstance(Once.thing, cached_property)


def test_an_error_is_not_kept() -> None:
    class Fails:
        times = 0

        @cached_property
        def thing(self) -> int:
            self.times += 1
            if self.times == 1:
                raise ValueError("not yet")
            return self.times

    fails = Fails()
    with pytest.raises(ValueError, match="not yet"):
        _ = fails.thing
    assert (fails.thing, fails.thing, fails.times) == (2, 2, 2)
