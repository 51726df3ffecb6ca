"""Lines of the audit that are too old go from its beginning, and what is left is a chain that says so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from graph_api.access.audit import AuditLog
from graph_api.access.audit_retention import AuditRetention
from graph_api.settings import BadSetting, setting
from tests.access.test_audit import entry

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Five lines, one for each of the last five days, the oldest first."""
    made = AuditLog(tmp_path / "audit")
    for age in (4, 3, 2, 1, 0):
        made.append([msgspec.structs.replace(entry(f"{age} days"), at=NOW - age * DAY)])
    return made


async def kept(log: AuditLog, days: float, now: datetime = NOW) -> int:
    return await AuditRetention(log, days * DAY, lambda: now).once()


def told(log: AuditLog) -> list[tuple[int, str]]:
    return [(line.number, line.entry.what) for line in log.lines()]


async def test_what_is_too_old_goes_and_the_rest_holds(log: AuditLog) -> None:
    lines = [*log.lines()]
    assert await kept(log, 2.5) == 2
    assert told(log) == [(3, "2 days"), (4, "1 days"), (5, "0 days"), (6, "audit")]
    last = [*log.lines()][-1].entry
    assert (last.act, last.things) == ("CUT", ("2", lines[1].digest))
    log.append([entry("after")])
    assert (log.verify().lines, log.verify().broken_at) == (5, None)
    assert log.verify([lines[4].digest]).broken_at is None
    assert log.verify([lines[0].digest]).broken_at is not None, "it is gone with its line"
    assert await kept(log, 2.5) == 0
    assert await kept(log, 2.5, NOW + DAY) == 1, "and again"
    assert log.verify().broken_at is None
    assert (log.path.stat().st_mode & 0o777) == 0o600  # type: ignore[union-attr]


async def test_the_newest_line_stays_however_old(log: AuditLog) -> None:
    assert await kept(log, 1, NOW + 1000 * DAY) == 4
    assert [what for _, what in told(log)] == ["0 days", "audit"]
    assert log.verify().broken_at is None


@pytest.mark.parametrize("also", [1, 2])
async def test_a_beginning_that_was_cut_off_by_hand_is_found(log: AuditLog, also: int) -> None:
    assert log.path is not None
    await kept(log, 2.5)
    log.path.write_bytes(b"".join(log.path.read_bytes().splitlines(keepends=True)[also:]))
    assert log.verify().broken_at == 1
    with_cut = log.path.read_bytes()
    assert await kept(log, 0.5) == 0, "what does not hold stays to be looked at"
    assert log.path.read_bytes() == with_cut


async def test_nothing_is_lost_of_what_is_written_meanwhile(log: AuditLog) -> None:
    others = [AuditLog(log.path) for _ in range(4)]
    may_begin = threading.Event()

    def write(number: int) -> None:
        may_begin.wait()
        for each in range(10):
            others[number].append([entry(f"{number}.{each}")])

    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(write, number) for number in range(4)]
        may_begin.set()
        removed = [await kept(log, days) for days in (3.5, 2.5, 1.5, 0.5)]
        for each in written:
            each.result()
    assert sum(removed) == 4
    assert {what for _, what in told(log)} >= {f"{number}.{each}" for number in range(4) for each in range(10)}
    assert log.verify().broken_at is None


@pytest.mark.parametrize(("given", "fits"), [("0", True), ("180", True), ("179", False), ("-1", False), ("x", False)])
def test_the_term_is_half_a_year_at_least(given: str, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODIAN_AUDIT_RETENTION_DAYS", given)
    if fits:
        assert setting("audit_retention_days") == int(given)
    else:
        with pytest.raises(BadSetting):
            setting("audit_retention_days")
