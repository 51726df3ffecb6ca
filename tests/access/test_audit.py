"""The chain of the audit: what is written holds, what was changed is found, and nothing is cut but what broke off."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.access.audit import AuditLog, Entry, operation_of
from graph_api.access.audit_rows import row_of
from graph_api.errors import StoreCorrupt

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)


def entry(what: str = "Contact.value", *things: str, **more: str) -> Entry:
    return Entry(
        at=NOW, who="KEY:duty", roles=("DISPATCHER",), origin="10.0.0.1", operation="Who 0123", request_id="r",
        act=more.get("act", "SEE"), what=what, things=things or ("K1",), revision=7,
    )  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path / "graph.db.audit")
    made.append([entry("a"), entry("b")])
    made.append([entry("c", "号码", 'K"2\n')])
    return made


def rewritten(log: AuditLog, old: bytes, new: bytes) -> None:
    assert log.path is not None
    text = log.path.read_bytes()
    assert old in text
    log.path.write_bytes(text.replace(old, new, 1))


def test_what_is_written_holds_and_is_read_back(log: AuditLog) -> None:
    assert log.path is not None
    assert log.path.stat().st_mode & 0o777 == 0o600
    lines = list(log.lines())
    assert [(line.number, line.entry.what) for line in lines] == [(1, "a"), (2, "b"), (3, "c")]
    assert lines[2].entry.things == ("号码", 'K"2\n')
    verdict = log.verify()
    assert (verdict.lines, verdict.broken_at, verdict.head) == (3, None, lines[2].digest)
    assert log.verify([lines[0].digest]).broken_at is None
    assert [line.number for line in log.newest(2)] == [3, 2]
    assert [line.number for line in log.newest(2, before=2)] == [1]
    assert row_of(lines[0]).digest == lines[0].digest


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [(b'"a"', b'"x"', 1), (b'"b"', b'"x"', 2), (b"KEY:duty", b"KEY:boss", 1), (b'"number":2', b'"number":4', 2)],
)
def test_a_line_that_was_changed_is_found(log: AuditLog, old: bytes, new: bytes, at: int) -> None:
    rewritten(log, old, new)
    assert log.verify().broken_at == at


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"who":"KEY:duty"', b'"who":"KEY:boss","who":"KEY:duty"'),
        (b'"who":"KEY:duty"', b'"who":"KEY:duty","seen_by":"nobody"'),
        (b'{"number":2', b'{"number":9,"number":2'),
        (b'{"number":2', b'{"note":"forged","number":2'),
        (b'"who":"KEY:duty"', b'"who": "KEY:duty"'),
        (b'"who":"KEY:duty"', b'"who":"\\u004bEY:duty"'),
        (b'"revision":7', b'"revision":7.0'),
        (b'"revision":7', b'"revision":7,"on_behalf_of":""'),
        (b'"KEY:duty"', b'"KEY:\xffuty"'),
        (b'}\n', b'}\r\n'),
        (b'}\n', b'}\n\n'),
    ],
)  # fmt: skip
def test_each_byte_of_a_line_counts(log: AuditLog, old: bytes, new: bytes) -> None:
    assert log.path is not None
    first, second, third = log.path.read_bytes().splitlines(keepends=True)
    assert old in second
    log.path.write_bytes(first + second.replace(old, new, 1) + third)
    assert log.verify().broken_at in (2, 3)
    with pytest.raises(StoreCorrupt):
        list(log.lines())


@pytest.mark.parametrize("kept", [-1, -2, -40])
def test_a_last_line_that_was_cut_is_named(log: AuditLog, kept: int) -> None:
    assert log.path is not None
    last = log.path.read_bytes().splitlines(keepends=True)[-1]
    log.path.write_bytes(log.path.read_bytes()[:kept])
    lines, head, broken_at, torn, _ = log.verify()
    assert (lines, broken_at, torn) == (2, 3, len(last) + kept)
    assert log.verify([head]) == log.verify()


WRITTEN_BEFORE = (
    '{"number":1,"entry":{"at":"2026-07-30T06:00:00Z","who":"KEY:duty","roles":["DISP'
    'ATCHER"],"origin":"10.0.0.1","operation":"Who 0123","request_id":"r","act":"SEE"'
    ',"what":"a","things":["K1"],"revision":7},"previous":"00000000000000000000000000'
    '00000000000000000000000000000000000000","digest":"a63c34382150e9f074a38ccdb134f9'
    'ecc7b9e6d3fa973888f644266ebf178639"}\n'
    '{"number":2,"entry":{"at":"2026-07-30T06:00:00Z","who":"KEY:duty","roles":["DISP'
    'ATCHER"],"origin":"10.0.0.1","operation":"Who 0123","request_id":"r","act":"SEE"'
    ',"what":"b","things":["号码","K\\"2\\n"],"revision":7},"previous":"a63c34382150e9f07'
    '4a38ccdb134f9ecc7b9e6d3fa973888f644266ebf178639","digest":"bd8ab4f7532a02384ecdc'
    'b9a30073fce8e1af0f791e24c44d0a6e44b80ed25db"}\n'
)
"""By the first release with an audit."""


def test_lines_that_were_written_before_still_hold(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    log.path.write_text(WRITTEN_BEFORE, "utf-8")  # type: ignore[union-attr]
    assert log.verify()[:3:2] == (2, None)
    log.append([entry("c")])
    assert log.verify()[:3:2] == (3, None)


def test_lines_that_were_removed_are_found(log: AuditLog) -> None:
    assert log.path is not None
    lines = log.path.read_bytes().splitlines(keepends=True)
    head = log.verify().head
    log.path.write_bytes(b"".join([lines[0], lines[2]]))
    assert log.verify().broken_at == 2
    log.path.write_bytes(b"".join(lines[1:]))
    assert log.verify().broken_at == 1
    log.path.write_bytes(b"".join(lines[:2]))
    assert log.verify().broken_at is None, "what is left is a chain"
    assert log.verify([head]).broken_at == 3, "but not the one that was seen"


def test_a_chain_that_was_forged_anew_lacks_the_head_that_was_seen(log: AuditLog, tmp_path: Path) -> None:
    head = log.verify().head
    forged = AuditLog(tmp_path / "forged")
    forged.append([entry("a"), entry("x"), entry("c")])
    assert forged.verify().broken_at is None
    assert forged.verify([head]).broken_at == 4


def test_no_line_at_all_is_told(log: AuditLog) -> None:
    assert log.path is not None
    log.path.write_bytes(log.path.read_bytes() + b"nonsense\n")
    assert log.verify().broken_at == 4
    with pytest.raises(StoreCorrupt, match="Line 4"):
        list(log.lines())
    with pytest.raises(StoreCorrupt):
        log.append([entry("d")])


@pytest.mark.parametrize("broken", [b'{"number": 4, "ent', b"x" * 200_000])
def test_what_a_crash_broke_off_is_cut_and_the_chain_goes_on(log: AuditLog, broken: bytes) -> None:
    assert log.path is not None
    log.path.write_bytes(log.path.read_bytes() + broken)
    assert log.verify()[:3:2] == (3, 4), "it was never answered for, or it was cut"
    assert log.verify().torn == len(broken)
    log.append([entry("d")])
    assert [line.entry.what for line in log.lines()] == ["a", "b", "c", "d"]
    assert log.verify().broken_at is None


def test_a_first_line_that_broke_off_is_cut(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    log.path.write_bytes(b'{"numb')  # type: ignore[union-attr]
    log.append([entry("a")])
    assert log.verify()[:3:2] == (1, None)


def test_long_entries_are_read_from_the_end(log: AuditLog) -> None:
    many = tuple(f"K{number:06}" for number in range(20_000))
    log.append([entry("long", *many)])
    log.append([entry("after")])
    assert log.verify()[:3:2] == (5, None)


def test_processes_and_threads_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    code = (
        "import sys; from pathlib import Path; from tests.access.test_audit import entry\n"
        "from graph_api.access.audit import AuditLog\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for number in range(50): log.append([entry(str(number))])"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    log = AuditLog(path)
    threads = [threading.Thread(target=lambda: [log.append([entry("t")]) for _ in range(50)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    assert log.verify()[:3:2] == (200, None)


def test_lines_that_are_gone_are_told(log: AuditLog, caplog: pytest.LogCaptureFixture) -> None:
    assert log.path is not None
    head = log.verify().head
    log.path.unlink()
    log.append([entry("d")])
    assert f"which ended with {head}" in caplog.text
    caplog.clear()
    log.append([entry("e")])
    assert "are gone" not in caplog.text


def test_without_a_file_the_log_has_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    log = AuditLog(None)
    log.append([entry("a")])
    (record,) = caplog.records
    assert vars(record)["facts"]["what"] == "a"
    assert list(log.lines()) == []


def test_an_operation_is_named_with_the_digest_of_its_document() -> None:
    assert operation_of("Who", "{ a }") != operation_of("Who", "{ b }")
    assert operation_of("Who", "{ a }") == f"Who {operation_of('', '{ a }')}"


def test_who_writes_at_once_is_written_once_and_before_being_told(log: AuditLog) -> None:
    def write(name: str) -> bool:
        log.append([entry(name)])
        return any(line.entry.what == name for line in log.lines())

    names = [f"change {number}" for number in range(40)]
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(write, names))
    assert sorted(line.entry.what for line in log.lines()) == sorted(["a", "b", "c", *names])
    assert (log.verify().lines, log.verify().broken_at) == (43, None)


def test_the_log_bears_witness_of_the_chain(log: AuditLog, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    log.append([entry("d")])
    heads = [each.facts["head"] for each in caplog.records if hasattr(each, "facts") and "head" in each.facts]
    assert heads[-1] == log.verify().head
    assert log.verify([heads[-1]]).broken_at is None
