"""When everybody is back, on the screen: lists that are cut say so, and own sources say until when."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.cli.restoration import times


def thing(name: str, kind: str = "CUSTOMER") -> dict[str, str]:
    return {"id": name, "kind": kind, "name": name}


def back(name: str, minute: float, kind: str = "CUSTOMER") -> dict[str, Any]:
    return {"thing": thing(name, kind), "step": 1, "minute": minute, "deadline": None, "inTime": None}


def own(name: str, until: str | None = None) -> dict[str, Any]:
    return {"customer": thing(name), "step": 0, "until": until, "sources": [], "at": None}


def truck(name: str, minute: float, deadline: str, in_time: bool) -> dict[str, Any]:
    late = {"deadline": deadline, "inTime": in_time, "at": "2026-05-01T04:30:00+08:00"}
    return {"customer": thing(name), "step": 2, "until": None, "sources": [], "minute": minute, **late}


def test_more_than_a_screen_holds_are_counted_with_their_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    customers = [back(f"C{at}", at) for at in range(43)]
    areas = [back(f"A{at}", 7, "ENERGY_CONSUMER") for at in range(5)]
    times.show({"back": [*customers, *areas], "onOwn": []})
    text = capsys.readouterr().out
    assert "C39" in text
    assert "C40" not in text
    more, together = (line for line in text.splitlines() if "and 3 more" in line or "5 public areas" in line)
    assert "40-42" in more
    assert " 7 " in together


def test_own_sources_say_until_when(capsys: pytest.CaptureFixture[str]) -> None:
    carried = [own("C1", "2026-05-01T03:00:00+08:00"), own("C2"), *(own(f"C{at}") for at in range(3, 46))]
    times.show({"back": [], "onOwn": carried})
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("On an own source or a generator: C1 (until 2026-0")
    assert text.endswith("C40, ... +5")
    times.show({"back": [], "onOwn": []})
    assert capsys.readouterr().out == ""


def test_a_generator_that_comes_too_late_stands_first(capsys: pytest.CaptureFixture[str]) -> None:
    late = truck("C9", 90, "2026-05-01T03:40:00+08:00", in_time=False)
    times.show({"back": [back("C1", 4), back("C2", 5)], "onOwn": [late]})
    rows = [line for line in capsys.readouterr().out.splitlines() if "C9" in line or "C1" in line]
    assert "C9" in rows[0]
    assert "90" in rows[0]
    assert "no, too late" in rows[0]
