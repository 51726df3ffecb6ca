"""Accounts, their passwords, sessions and lock-out."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from datetime import UTC, datetime
from statistics import median

import argon2
import pytest

from graph_api.access import lockout as lockouts
from graph_api.access.lockout import FIRST_WAIT_S, LONGEST_WAIT_S, OF_ACCOUNT, OF_ADDRESS, OF_PAIR, Lockout
from graph_api.access.passwords import AT_ONCE, WAITING, Hashing, digest_of, fits, usable
from graph_api.access.register import Register
from graph_api.access.sessions import MOST_OF_ONE, Holder, Sessions
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, LockedOut, Overloaded
from schema.access import AccessRole

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.LOCAL, name="ops")
D, V = AccessRole.DISPATCHER, AccessRole.VIEWER
DIGEST = "$argon2id$"
GOOD = "四台柴油机 in the yard"


def account(register: Register, name: str, *roles: AccessRole, **more: object) -> Register:
    told: dict[str, object] = {"person": "P1", "password": "$argon2id$first", **more}
    return register.with_account(name, roles or [D], by=BY, now=NOW, **told)  # type: ignore[arg-type]


def test_an_account_opens_until_it_is_revoked_and_survives_the_document() -> None:
    register = account(Register(), "王芳")
    assert register.is_set_up
    assert register.account(" 王芳 ").principal.roles == {D}  # type: ignore[union-attr]
    assert Register.decoded(register.encoded()) == register
    revoked = register.without("王芳", by=BY, now=NOW)
    assert revoked.account("王芳") is None
    assert revoked.is_set_up, "who took the last account away did not open the door"
    assert account(revoked, "王芳").account("王芳").id != register.accounts[0].id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda r: account(r, "wang"), "an account Wang already"),
        (lambda r: account(r, "ＷＡＮＧ"), "an account Wang already"),  # full-width: looks alike
        (lambda r: account(r, "li", subject="s-1"), "is the account Wang already"),
        (lambda r: r.with_changed("Li", by=BY, now=NOW, subject="s-1"), "is the account Wang already"),
        (lambda r: account(r, "x", password=None), "needs a password"),
        (lambda r: account(r, ""), "visible characters"),
        (lambda r: account(r, "a\u202eb"), "visible characters"),
        (lambda r: r.with_account("x", [], person="P1", by=BY, now=NOW, password=DIGEST), "needs a role"),
        (lambda r: r.with_changed("nobody", by=BY, now=NOW), "no account nobody"),
    ],
)
def test_what_is_refused(edit, told: str) -> None:
    register = account(account(Register(), "Wang", subject="s-1"), "Li")
    with pytest.raises(InvalidInput, match=told):
        edit(register)


def test_of_an_account_the_newest_state_is_believed() -> None:
    old = account(Register(), "Wang", D)
    new = old.with_changed("Wang", by=BY, now=NOW, roles=[V], password=DIGEST)
    shut = new.without("Wang", by=BY, now=NOW)
    for put_back in (old, new):
        assert put_back.after(shut).account("Wang") is None  # type: ignore[union-attr]
    assert old.after(new).account("Wang").principal.roles == {V}  # type: ignore[union-attr]
    assert new.after(old) == new
    assert Register().after(old) is None


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    kept = digest_of(GOOD)
    # section 4, second recommended option: 64 MiB, 3 passes, 4 lanes, 128 bits of salt, 256 of tag
    found = argon2.extract_parameters(kept)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 65_536, 3, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert digest_of(GOOD) != kept, "salted"
    assert fits(GOOD, kept)
    assert fits("cafe\u0301 " * 3, digest_of("caf\u00e9 " * 3)), "typed on another keyboard"
    assert not any(fits(wrong, kept) for wrong in ("", GOOD + " ", GOOD.upper(), "\ud800"))
    assert not fits(GOOD, None)
    assert not fits(GOOD, "no digest")


def test_who_is_no_account_is_told_as_slowly() -> None:
    kept = digest_of(GOOD)
    taken: dict[str | None, list[float]] = {None: [], kept: []}
    for _ in range(5):
        for digest, seconds in taken.items():
            begun = time.process_time()  # of all lanes, whatever else the machine does
            fits("wrong", digest)
            seconds.append(time.process_time() - begun)
    assert 0.7 < median(taken[None]) / median(taken[kept]) < 1.4


@pytest.mark.parametrize(
    "weak", ["short", "x" * 14, "ab" * 10, "wangfang-1234567", "with\nnewline 12345678", "x" * 257]
)
def test_weak_passwords_are_refused_and_never_told(weak: str) -> None:
    with pytest.raises(InvalidInput) as told:
        usable(weak, "WangFang")
    assert weak not in str(told.value)
    assert usable(GOOD, "WangFang") == GOOD


async def test_two_digests_are_worked_out_at_once_and_a_crowd_is_sent_away() -> None:
    hashing, running, most = Hashing(), 0, 0

    def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1

    told = await asyncio.gather(*(hashing.work(work) for _ in range(WAITING + 5)), return_exceptions=True)
    assert sum(isinstance(each, Overloaded) for each in told) == 5
    assert most == AT_ONCE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority of its own")
async def test_digests_give_way_to_other_work() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    own = priority()
    assert await Hashing().work(priority) > own
    assert priority() == own


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def admitted(lockout: Lockout, name: str, address: str) -> bool:
    try:
        lockout.admit(name, address)
    except LockedOut:
        return False
    return True


def test_wrong_attempts_lock_account_and_address_and_are_forgotten() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    assert [admitted(lockout, "wang", "10.0.0.1") for _ in range(OF_PAIR + 1)] == [True] * OF_PAIR + [False]
    assert not admitted(lockout, "ＷＡＮＧ", "10.0.0.1"), "the same name"
    assert admitted(lockout, "wang", "10.0.0.2"), "from elsewhere"
    assert admitted(lockout, "li", "10.0.0.1"), "another account"
    with pytest.raises(LockedOut) as told:
        lockout.admit("wang", "10.0.0.1")
    assert told.value.details == {"retryAfterSeconds": int(FIRST_WAIT_S) + 1}
    clock.now += FIRST_WAIT_S + 1
    assert [admitted(lockout, "wang", "10.0.0.1") for _ in range(2)] == [True, False]
    waited = 0.0
    for _ in range(20):  # guesses as often as it is let in
        while not admitted(lockout, "wang", "10.0.0.1"):
            clock.now += 10
            waited += 10
    assert waited > 15 * LONGEST_WAIT_S * 0.9, "one guess in a quarter of an hour"
    clock.now += 4_000
    assert admitted(lockout, "wang", "10.0.0.1")


def test_an_address_that_tries_many_names_is_locked_out_and_so_are_neighbours_of_ipv6() -> None:
    lockout = Lockout(Clock())
    tried = [admitted(lockout, f"name {number}", f"2001:db8::{number}") for number in range(OF_ADDRESS + 2)]
    assert tried == [True] * OF_ADDRESS + [False] * 2
    assert admitted(lockout, "name", "2001:db8:0:1::1")
    for number in range(OF_ADDRESS):
        admitted(lockout, f"name {number}", "::ffff:10.0.0.9")
    assert not admitted(lockout, "x", "10.0.0.9"), "the same address, told otherwise"


def test_guesses_from_everywhere_lock_an_account_but_not_where_its_owner_has_logged_in() -> None:
    lockout = Lockout(Clock())
    lockout.admit("wang", "10.0.0.1")
    lockout.right("wang", "10.0.0.1")
    for number in range(OF_ACCOUNT):
        assert admitted(lockout, "wang", f"192.0.2.{number}")
    assert not admitted(lockout, "wang", "192.0.2.200")
    assert admitted(lockout, "wang", "10.0.0.1")


def test_an_office_behind_one_address_has_as_many_more_attempts_as_people() -> None:
    lockout = Lockout(Clock())
    for number in range(3):
        lockout.admit(f"person {number}", "10.0.0.1")
        lockout.right(f"person {number}", "10.0.0.1")
    tried = [admitted(lockout, f"name {number}", "10.0.0.1") for number in range(4 * OF_ADDRESS + 1)]
    assert tried == [True] * 4 * OF_ADDRESS + [False]
    assert not admitted(lockout, "another", "10.0.0.1")
    assert admitted(lockout, "person 1", "10.0.0.1")
    others = [admitted(lockout, f"name {number}", "10.0.0.2") for number in range(OF_ADDRESS + 1)]
    assert others == [True] * OF_ADDRESS + [False], "of another address nobody is known"


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockouts, "_MOST", 10)
    lockout = Lockout(Clock())
    for number in range(50):
        lockout.admit(f"name {number}", f"192.0.2.{number}")
        lockout.right(f"name {number}", f"192.0.2.{number}")
        lockout.admit(f"other {number}", f"no address {number}")
    assert len(lockout._tries) <= 10
    assert len(lockout._known) <= 11
    assert len(lockout._people) <= 11


def test_who_was_right_has_all_attempts_again() -> None:
    lockout = Lockout(Clock())
    for _ in range(3 * OF_ADDRESS):
        lockout.admit("wang", "10.0.0.1")
        lockout.right("wang", "10.0.0.1")
    assert [admitted(lockout, "wang", "10.0.0.1") for _ in range(OF_PAIR + 1)] == [True] * OF_PAIR + [False]


def test_a_session_ends_idle_and_at_its_age_and_by_logging_out() -> None:
    clock = Clock()
    sessions = Sessions(60, 300, clock)
    begun = sessions.begin(Holder(account="A"))
    assert begun.cookie not in str(vars(sessions)), "kept as a digest"
    for _ in range(5):
        clock.now += 59
        assert sessions.find(begun.cookie) is not None
    clock.now += 6
    assert sessions.find(begun.cookie) is None, "too old"
    idle, out = sessions.begin(Holder(account="A")), sessions.begin(Holder(account="A"))
    sessions.end(out.cookie)
    assert sessions.find(out.cookie) is None
    clock.now += 61
    assert sessions.find(idle.cookie) is None
    assert sessions.find("") is sessions.find("x" * 10_000) is None


def test_one_account_has_so_many_sessions_and_no_more() -> None:
    sessions = Sessions(60, 300, Clock())
    other = sessions.begin(Holder(account="B"))
    begun = [sessions.begin(Holder(account="A")) for _ in range(MOST_OF_ONE + 3)]
    assert [sessions.find(each.cookie) is not None for each in begun] == [False] * 3 + [True] * MOST_OF_ONE
    assert sessions.find(other.cookie) is not None
