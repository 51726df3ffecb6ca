"""Entries of a timeline that somebody changed past this program."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.services.incident import contents
from schema.incident import TimelineEntry
from schema.incident_terms import EntryType


@pytest.mark.parametrize("written", ["x", "[1]", '{"text":' * 200_000], ids=["x", "list", "deep"])
def test_an_entry_that_cannot_be_read_stands_without_content(written: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    entry = TimelineEntry(id="E1", order=1, entry_type=EntryType.NOTE, at=now, recorded_at=now, by="x", details=written)
    assert contents.read(entry).content is None
