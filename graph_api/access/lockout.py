"""Lock-out (登录锁定): who has guessed too often waits, before anything is worked out.

Wrong attempts are counted for an account from an address, for the address, and for the account from all addresses
together; names that are no accounts count like any other, so that nobody learns which are. Whoever has logged in to an
account from an address is locked out there by wrong attempts of this very pair alone: nobody shuts out a dispatcher by
guessing elsewhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from graph_api.access.accounts import folded
from graph_api.errors import LockedOut
from schema.words import say

FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 900.0
"""How long one waits after the last attempt that is free, and at most: each wrong one more doubles it."""
FORGOTTEN_S = 3_600.0
"""Without a wrong attempt for so long, none counts any more."""
OF_PAIR, OF_ADDRESS, OF_ACCOUNT = 5, 20, 50
"""Wrong attempts that are free: for an account from an address, for an address (as many more for each who has logged in
from there: an office behind one address), for an account."""
_MOST = 20_000
_V6_NETWORK = 64


class _Tries(NamedTuple):
    """Wrong attempts: how many in a row, when the last."""

    wrong: int
    last: float


class Lockout:
    """Counts wrong attempts; `clock` tells seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._tries: OrderedDict[bytes, _Tries] = OrderedDict()
        self._known: OrderedDict[bytes, str] = OrderedDict()
        """Pairs that somebody was right of, with the address."""
        self._people = Counter[str]()
        """How many these are of an address."""

    def admit(self, name: str, address: str) -> None:
        """Let an attempt be made: it counts as wrong until `right` is said. Raises LockedOut."""
        now = self._clock()
        counted = [*self._counted(name, address)]
        left = max(self._left(key, free, now) for key, free in counted)
        if left > 0:
            raise LockedOut(
                say("Too many attempts were wrong. Wait {seconds} s, then try again.", seconds=int(left) + 1),
                retryAfterSeconds=int(left) + 1,
            )
        for key, _ in counted:
            self._tries[key] = _Tries(self._count(key, now) + 1, now)
            self._tries.move_to_end(key)
        while len(self._tries) > _MOST:
            self._tries.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        """Forget the wrong attempts of who was right; those of others still count."""
        self.untried(name, address)
        pair, _ = next(self._counted(name, address))
        self._tries.pop(pair, None)
        if pair not in self._known:
            self._people[_network(address)] += 1
        self._known[pair] = _network(address)
        self._known.move_to_end(pair)
        if len(self._known) > _MOST:
            _, place = self._known.popitem(last=False)
            self._people[place] -= 1
            if not self._people[place]:
                del self._people[place]

    def is_known(self, name: str, address: str) -> bool:
        """Whether somebody has logged in to this account from this address."""
        return self._key("pair", folded(name), _network(address)) in self._known

    def untried(self, name: str, address: str) -> None:
        """Take back an attempt that was let in and not wrong."""
        for key, _ in self._counted(name, address):
            if (tries := self._tries.get(key)) is not None:
                self._tries[key] = tries._replace(wrong=max(0, tries.wrong - 1))

    def _counted(self, name: str, address: str) -> Iterator[tuple[bytes, int]]:
        account, place = folded(name), _network(address)
        pair = self._key("pair", account, place)
        yield pair, OF_PAIR
        if pair not in self._known:
            yield self._key("address", place), OF_ADDRESS * (1 + self._people[place])
            yield self._key("account", account), OF_ACCOUNT

    def _key(self, *parts: str) -> bytes:
        """A few bytes for what may be long: names that are tried are kept nowhere."""
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=16, key=self._salt).digest()

    def _count(self, key: bytes, now: float) -> int:
        tries = self._tries.get(key)
        return 0 if tries is None or now - tries.last > FORGOTTEN_S else tries.wrong

    def _left(self, key: bytes, free: int, now: float) -> float:
        count = self._count(key, now)
        if count < free:
            return 0.0
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - free, 10))
        return self._tries[key].last + wait - now


def _network(address: str) -> str:
    """Whom an address belongs to: IPv6 gives everybody 2^64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, _V6_NETWORK), strict=False))
    return str(found)
