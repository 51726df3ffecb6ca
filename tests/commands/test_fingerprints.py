"""What a request is told by: pinned to the byte, before and after the upgrade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from graph_api.commands import switching
from graph_api.commands.earlier_fingerprints import earlier_fingerprint
from graph_api.commands.request import Request
from schema.canonical import canonical_json, given
from schema.vocabulary import Rank, SwitchPosition
from tests.commands.requests import STORED, Stored
from tests.commands.test_committing import Rename


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSwitchPosition(switching.SetSwitchPosition):
    """The command of a later release, with one more optional field."""

    phase: str | None = None


@pytest.mark.parametrize("stored", STORED, ids=lambda each: each.id)
def test_fingerprints_are_these(stored: Stored) -> None:
    request = Request(asked=stored.command, given_id=stored.id)
    assert request.fingerprint.hex() == stored.now
    before = request.earlier_fingerprint
    assert before is not None
    assert before.hex() == stored.before


def test_the_text_behind_a_fingerprint_is_this() -> None:
    command = STORED[0].command
    assert canonical_json(command.command_name(), command.version, given(command)) == (
        rb'{"given":{"by":"\u674e\u5efa\u519b","position":"OPEN","switch":"B1"},"name":"setSwitchPosition","version":1}'
    )


def test_an_optional_field_that_is_added_later_leaves_both_fingerprints() -> None:
    now = switching.SetSwitchPosition(switch="B1", position=SwitchPosition.OPEN, by="李建军")
    later = SetSwitchPosition(switch="B1", position=SwitchPosition.OPEN, by="李建军")
    assert later.fingerprint() == now.fingerprint()
    assert earlier_fingerprint(later) == earlier_fingerprint(now)
    assert replace(later, phase="A").fingerprint() != now.fingerprint()


def test_a_default_that_is_sent_is_the_same_request() -> None:
    first, second = STORED[0].command, STORED[3].command
    assert replace(first, source="人工置位", at=None).fingerprint() == first.fingerprint()
    assert replace(second, rank=Rank.A).fingerprint() == second.fingerprint()


def test_every_field_counts() -> None:
    command = STORED[1].command
    others = [
        {"switch": "B2"},
        {"position": SwitchPosition.OPEN},
        {"by": "O'Neil"},
        {"source": "SCADA"},
        {"at": None},
    ]
    prints = {replace(command, **other).fingerprint() for other in others}  # type: ignore[arg-type]
    assert len(prints | {command.fingerprint()}) == len(others) + 1


def test_the_same_moment_in_another_zone_is_the_same_request() -> None:
    there = STORED[1].command
    here = replace(there, at=datetime(2026, 7, 30, 5, 50, tzinfo=UTC))  # type: ignore[call-arg]
    assert here.fingerprint() == there.fingerprint()
    assert earlier_fingerprint(here) != earlier_fingerprint(there), "it was another request then"


def test_a_command_that_is_new_was_stored_under_nothing_else() -> None:
    assert Request(asked=Rename()).earlier_fingerprint is None


def test_a_minted_id_is_the_same_for_the_same_request() -> None:
    request = Request(asked=STORED[3].command, given_id="up-1")
    assert request.command.subject == "BD:SYZP-J5VP-PF66"
    assert request.fingerprint == Request(asked=STORED[3].command, given_id="up-9").fingerprint
