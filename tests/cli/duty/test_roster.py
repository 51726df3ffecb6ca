"""`baodian roster` on a store that nobody serves."""

from __future__ import annotations

from datetime import UTC, datetime

from schema.batch import GraphBatch
from schema.people import Person, Shift, Team
from schema.relationships import Relationship, RelationshipKind
from tests.cli.conftest import Shell


def test_watches_and_gaps(shell: Shell) -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC)
    kinds = {"P1": RelationshipKind.WORKED_BY, "T1": RelationshipKind.OF_TEAM}
    links = [Relationship(kind=kind, source="D1", target=target) for target, kind in kinds.items()]
    shift = Shift(id="D1", start=day, end=day.replace(hour=12))
    people = [Person(id="P1", name="严世丽"), Team(id="T1", name="调度班")]
    shell.fill(GraphBatch(entities=[*people, shift], relationships=links))
    span = ["--from", "2026-12-01T00:00:00+00:00", "--to", "2026-12-02T00:00:00+00:00"]
    told = shell("roster", "调度班", *span).stdout
    for text in ("严世丽", "nobody is on duty", "Nobody is on duty."):
        assert text in told, told
    assert "LONG" not in told
    here = day.astimezone()
    zoned = f"{here:%Y-%m-%d %H:%M}" + ("" if here.utcoffset() else "+00:00")
    assert f"调度班 · {zoned}" in told, "the zone of a machine that nobody told its place"
    assert shell("roster", "T1", "--at", span[1], *span[2:]).stdout == shell("roster", "T1", *span).stdout
    assert '"kind": "LONG"' in shell("roster", "T1", *span, "--most-hours", "11", "--json").stdout
    assert "排班问题" in shell("--lang", "zh", "roster", "T1", *span).stdout
    assert "1,000 hours" in shell("roster", "T1", *span, "--most-hours", "0", code=2).stderr
