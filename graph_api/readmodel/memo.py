"""Memo: what is derived from a read model, once per revision and key, and forgotten with it unless it says otherwise.

    SCREENINGS: Final = Derivation[frozenset[EntityKind] | None, Screening]("N-1 screening", most=8)
    screening = model.memo.recall(SCREENINGS, kinds, lambda: screen(model, kinds))
"""  # fmt: skip

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from schema.registry import EntityKind

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_BOOKS = threading.Lock()
"""Held while caches note who derives what, never while anything is derived."""


class Cache(dict[K, V]):
    """The `most` values asked for last, and at most twice as many. Values may not be None.

    `get` is the dictionary's own: a hit costs one look-up. Whoever gets None calls `derive`.
    """

    __slots__ = ("_flights", "_former", "derived", "most")

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.derived = 0
        """How many values were worked out so far."""
        self._former: dict[K, V] | None = None
        self._flights: dict[K, threading.RLock] | None = None

    def derive(self, key: K, work: Callable[[], V]) -> V:
        """The value of a key. Threads that ask for one key at a time wait for the first of them, which works it out.

        An error of `work` is raised to whom it hit and not kept: the next one works again.
        """
        with _BOOKS:
            flights = self._flights = {} if self._flights is None else self._flights
            flight = flights.setdefault(key, threading.RLock())
        with flight:
            try:
                value = self.get(key)
                if value is None:
                    value = self.derive_alone(key, work)
                return value
            finally:
                with _BOOKS:
                    flights.pop(key, None)

    def derive_alone(self, key: K, work: Callable[[], V]) -> V:
        """Like `derive`, for what costs less than to wait: threads that ask at the same time may work twice."""
        value = self._former.get(key) if self._former else None
        if value is None:
            value = work()
            self.derived += 1
        if len(self) >= self.most:
            self._age()
        self[key] = value
        return value

    def without(self, stale: Callable[[K], bool]) -> Cache[K, V]:
        """A cache of the same values but for those of stale keys."""
        later = Cache[K, V](self.most)
        with _BOOKS:
            for key, value in {**(self._former or {}), **self}.items():
                if not stale(key):
                    later[key] = value
        return later

    def _age(self) -> None:
        with _BOOKS:
            if len(self) >= self.most:
                self._former = dict(self)
                self.clear()


@dataclass(frozen=True, eq=False)
class Derivation(Generic[K, V]):
    """A kind of thing that is derived from a read model: what it is of (K), what it is (V), how many are kept."""

    name: str
    most: int
    depends_on: Collection[EntityKind] | None = None
    """Kinds of things that it is derived of, and the relationships that have one at an end: it is kept over commits
    that change none of them. Then it may not hold the model or snapshot. None = of anything."""
    over_switching: bool = False
    """Whether it is kept, too, over commits by which switches only move: it knows nothing of where they stand."""


class Memo:
    """The caches of one read model, by kind of thing."""

    __slots__ = ("_caches",)

    def __init__(self) -> None:
        self._caches: dict[Derivation[Any, Any], Cache[Any, Any]] = {}

    def after(self, kinds: Collection[EntityKind], rebuilt: Collection[EntityKind] | None = None) -> Memo:
        """Memo of the next revision, in which things of these kinds changed; of `rebuilt` more than where they stand
        (None = of all of them)."""
        built = kinds if rebuilt is None else rebuilt
        later = Memo()
        for what, cache in [*self._caches.items()]:
            if what.depends_on is not None and not any(
                kind in what.depends_on for kind in (built if what.over_switching else kinds)
            ):
                later._caches[what] = cache.without(lambda _: False)
        return later

    def of(self, what: Derivation[K, V]) -> Cache[K, V]:
        """The cache of a kind of thing."""
        cache = self._caches.get(what)
        if cache is None:
            with _BOOKS:
                cache = self._caches.setdefault(what, Cache(what.most))
        return cast("Cache[K, V]", cache)

    def recall(self, what: Derivation[K, V], key: K, work: Callable[[], V]) -> V:
        """What `work` gives for a key, derived once as long as it is kept."""
        cache = self.of(what)
        value = cache.get(key)
        return cache.derive(key, work) if value is None else value
