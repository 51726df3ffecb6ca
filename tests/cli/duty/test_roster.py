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


def crew(shell: Shell) -> None:
    named = {"P1": "严世丽", "P2": "李伟", "P3": "孙丽"}
    shell.fill(
        GraphBatch(entities=[*(Person(id=id, name=name) for id, name in named.items()), Team(id="T1", name="调度班")])
    )


PLAN = (
    "roster", "plan", "调度班", "--first", "2026-12-01", "--until", "2026-12-03", "--crew", "严世丽、李伟",
    "--crew", "孙丽", "--shift", "08:00-20:00", "--shift", "20:00-08:00=2,1",
)  # fmt: skip


def hours(made: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {(each["start"][:16], each["end"][:16], each["person"]["name"]) for each in made}


def test_a_roster_is_planned_and_somebody_stands_in(shell: Shell) -> None:
    """Two crews in turn, 08:00 of Shanghai is 00:00 UTC; then 李伟 is ill from 12:00 on."""
    crew(shell)
    made = shell.json(*PLAN)["shifts"]
    utc = {(start, end, who) for start, end, who in hours(made)}
    assert utc == {
        ("2026-12-01T00:00", "2026-12-01T12:00", "严世丽"), ("2026-12-01T00:00", "2026-12-01T12:00", "李伟"),
        ("2026-12-01T12:00", "2026-12-02T00:00", "孙丽"), ("2026-12-02T00:00", "2026-12-02T12:00", "孙丽"),
        ("2026-12-02T12:00", "2026-12-03T00:00", "严世丽"), ("2026-12-02T12:00", "2026-12-03T00:00", "李伟"),
    }  # fmt: skip
    assert "begin on these days already" in shell(*PLAN, code=2).stderr
    assert "6" in shell(*PLAN, "--replace").stdout
    instead = ("roster", "stand-in", "李伟", "孙丽", "--from", "2026-12-01T04:00:00+00:00")
    assert hours(shell.json(*instead)["shifts"]) >= {("2026-12-01T04:00", "2026-12-01T12:00", "孙丽")}
    watches = shell.json("roster", "调度班", "--from", "2026-12-01T00:00:00Z", "--to", "2026-12-01T12:00:00Z")
    assert [sorted(each["name"] for each in watch["onDuty"]) for watch in watches["watches"]] == [
        ["严世丽", "李伟"], ["严世丽", "孙丽"],
    ]  # fmt: skip


def test_what_cannot_be_planned_is_told(shell: Shell) -> None:
    crew(shell)
    assert "no shift" in shell(*PLAN[:-1], "night", code=2).stderr
    assert "in no row of a roster" in shell("roster", "stand-in", "李伟", "孙丽", code=2).stderr
    made = shell.json(*PLAN)["shifts"]
    row = next(each["id"] for each in made if each["person"]["name"] == "李伟")
    assert "on leave or on duty" in shell("roster", "stand-in", row, "严世丽", code=2).stderr
    assert shell.json("roster", "stand-in", row, "孙丽")["shifts"][0]["person"]["name"] == "孙丽"


def test_roster_show_is_what_roster_alone_means(shell: Shell) -> None:
    crew(shell)
    assert shell("roster", "show", "T1", "--json").stdout[:20] == shell("roster", "--json", "T1").stdout[:20]
    assert "stand-in" in shell("roster", "--help").stdout
