"""Rosters by pattern, with stand-ins and leave, against plain counting minute by minute in wall time."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.city import NOW
from tests.graphql.conftest import Api

PEOPLE = [f"P{number}" for number in range(1, 9)]
ROSTER = """query($start: DateTime!, $end: DateTime!, $most: Int!) {
  roster(team: "T1", start: $start, end: $end, mostHours: $most) {
    watches { start end onDuty { id } standby { id } }
    findings { kind start end person { id } shifts { id } text(lang: EN) } } }"""
MADE = "shifts { id start end person { id } } revision userErrors { code path message }"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    drawn = batch("G1 - B1 - CB1 - L1")
    members = [Relationship(kind=RelationshipKind.MEMBER_OF, source=each, target="T1") for each in PEOPLE]
    gone = Person(id="P9", name="离职", active=False)
    people = [*(Person(id=each, name=f"人员{each}") for each in PEOPLE), gone, Team(id="T1", name="调度班")]
    await store.apply(GraphBatch(entities=[*drawn.entities, *people], relationships=[*drawn.relationships, *members]))
    live = await LiveGraph.open(store)
    yield live
    await live.close()
    await store.close()


async def do(api: Api, name: str, **given: Any) -> Any:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return (await api.data(f"mutation($i: {kind}!) {{ {name}(input: $i) {{ {MADE} }} }}", i=given))[name]


async def made(api: Api, name: str, **given: Any) -> list[Any]:
    found = await do(api, name, **given)
    assert found["userErrors"] == [], found
    rows: list[Any] = found["shifts"]
    return rows


async def refused(api: Api, name: str, **given: Any) -> list[str]:
    found = await do(api, name, **given)
    assert (found["revision"], found["shifts"]) == (None, [])
    return [".".join(each["path"][1:]) for each in found["userErrors"]]


async def roster(api: Api, start: datetime, end: datetime, most: int = 24) -> Any:
    asked = {"start": start.isoformat(), "end": end.isoformat(), "most": most}
    return (await api.data(ROSTER, **asked))["roster"]


def plan(**given: Any) -> dict[str, Any]:
    return {
        "team": "T1", "firstDay": "2026-12-01", "until": "2026-12-08",
        "crews": [{"people": ["P1", "P2"]}, {"people": ["P3"]}, {"people": ["P4"]}],
        "shifts": [{"start": "08:00", "end": "20:00", "crews": [1, 2, 3]},
                   {"start": "20:00", "end": "08:00", "crews": [3, 1, 2]}],
        **given,
    }  # fmt: skip


def at(day: int, hour: int) -> datetime:
    """A wall time of December in the place."""
    return datetime(2026, 12, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def names(people: list[Any]) -> list[str]:
    return [each["id"] for each in people]


async def test_two_shifts_of_three_crews(api: Api) -> None:
    assert len(await made(api, "planRoster", **plan())) == 19, "14 shifts, 5 of them of the crew of two"
    found = await roster(api, at(1, 8), at(3, 8))
    told = [(datetime.fromisoformat(each["start"]), names(each["onDuty"])) for each in found["watches"]]
    assert told == [(at(1, 8), ["P1", "P2"]), (at(1, 20), ["P4"]), (at(2, 8), ["P3"]), (at(2, 20), ["P1", "P2"])]
    assert found["findings"] == []
    found = await roster(api, at(1, 6), at(1, 9))
    (gap,) = found["findings"]
    assert (gap["kind"], datetime.fromisoformat(gap["end"]), gap["text"]) == ("GAP", at(1, 8), "Nobody is on duty.")


async def test_planned_twice_is_refused_and_replaced_when_asked(api: Api) -> None:
    first = await made(api, "planRoster", **plan())
    assert await refused(api, "planRoster", **plan()) == ["replace"]
    assert await made(api, "planRoster", **plan(replace=True)) == first, "the same rows, with the same ids"
    other = await made(api, "planRoster", **plan(replace=True, turnDays=7, shifts=[
        {"start": "08:00", "end": "08:00", "crews": [1, 2]}]))  # fmt: skip
    assert len(other) == 14
    found = await roster(api, at(1, 8), at(8, 8), most=200)
    assert [names(each["onDuty"]) for each in found["watches"]] == [["P1", "P2"]], "fixed weekly"
    (long, _) = (await roster(api, at(1, 8), at(8, 8), most=24))["findings"]
    assert (long["kind"], long["text"]) == ("LONG", "人员P1 is on duty for 168 h without a break.")


async def test_somebody_stands_in_for_a_part_and_a_leave_wins(api: Api) -> None:
    rows = await made(api, "planRoster", **plan())
    night = next(each for each in rows if datetime.fromisoformat(each["start"]) == at(1, 20))
    part = {"start": at(1, 22).isoformat(), "end": at(2, 2).isoformat()}
    await made(api, "standIn", shift=night["id"], person="P5", **part)
    told = (await roster(api, at(1, 20), at(2, 8)))["watches"]
    assert [names(each["onDuty"]) for each in told] == [["P4"], ["P5"], ["P4"]]
    wrong = await refused(api, "standIn", shift=night["id"], person="P5", **part)
    assert "start" in wrong, "that part is of the shift no more"
    day = next(each for each in rows if datetime.fromisoformat(each["start"]) == at(2, 8))
    assert await refused(api, "standIn", shift=day["id"], person="P9") == ["person"]
    clash = next(each for each in rows if datetime.fromisoformat(each["start"]) == at(3, 8))
    (whole,) = await made(api, "standIn", shift=clash["id"], person="P6")
    assert whole["person"] == {"id": "P6"}
    assert await refused(api, "standIn", shift=day["id"], person="P3") == ["person"], "he works it himself"
    away = {"start": at(2, 12).isoformat(), "end": at(2, 14).isoformat()}
    await made(api, "recordLeave", person="P3", **away)
    found = await roster(api, at(2, 8), at(2, 20))
    assert [names(each["onDuty"]) for each in found["watches"]] == [["P3"], [], ["P3"]]
    assert [each["kind"] for each in found["findings"]] == ["GAP", "ON_LEAVE"]


async def test_double_bookings_and_wrong_words(api: Api) -> None:
    await made(api, "planRoster", **plan())
    await made(api, "planRoster", **plan(firstDay="2026-12-08", until="2026-12-09", shifts=[
        {"start": "07:00", "end": "10:00", "crews": [3]}]))  # fmt: skip
    found = (await roster(api, at(7, 20), at(8, 10)))["findings"]
    assert [(each["kind"], each["person"]) for each in found] == [("DOUBLE", {"id": "P4"})]
    for given, field in (
        ({"timeZone": "Mars/Base"}, "timeZone"), ({"until": "2026-12-01"}, "until"), ({"until": "2028-12-01"}, "until"),
        ({"turnDays": 0}, "turnDays"), ({"shifts": []}, "shifts"), ({"shiftType": "LEAVE"}, "shiftType"),
        ({"crews": [{"people": []}]}, "crews.0.people"), ({"crews": [{"people": ["P9"]}]}, "crews.0.people.0"),
        ({"shifts": [{"start": "8", "end": "20:00", "crews": [1]}]}, "shifts.0.start"),
        ({"shifts": [{"start": "08:00", "end": "24:00", "crews": [1]}]}, "shifts.0.end"),
        ({"shifts": [{"start": "08:00", "end": "20:00", "crews": [4]}]}, "shifts.0.crews"),
        ({"team": "P1"}, "team"),
    ):  # fmt: skip
        assert field in await refused(api, "planRoster", **plan(**given)), given
    assert await refused(api, "recordLeave", person="P1", start=at(2, 8).isoformat(), end=at(2, 8).isoformat()) == [
        "end"
    ]


async def test_holidays_and_the_days_worked_for_them(api: Api) -> None:
    """National Day 2026: off from 1 to 7 October, worked for that on Sunday 20 September and Saturday 10 October."""
    shifts = [
        {"start": "08:00", "end": "17:00", "crews": [1], "days": "WORKING"},
        {"start": "09:00", "end": "18:00", "crews": [2], "days": "REST"},
    ]
    given = plan(firstDay="2026-09-19", until="2026-10-12", shifts=shifts)
    rows = await made(api, "planRoster", **given)
    crews = [set(crew["people"]) for crew in given["crews"]]

    def days(crew: set[str]) -> set[date]:
        mine = [each for each in rows if each["person"]["id"] in crew]
        return {datetime.fromisoformat(each["start"]).astimezone(ZoneInfo("Asia/Shanghai")).date() for each in mine}

    off = {date(2026, 9, day) for day in (19, 25, 26, 27)}  # Saturday; Mid-Autumn
    off |= {date(2026, 10, day) for day in (1, 2, 3, 4, 5, 6, 7, 11)}
    all_days = {date(2026, 9, 19) + timedelta(days=number) for number in range(23)}
    assert days(crews[1]) == off
    assert days(crews[0]) == all_days - off
    for until, fields in (("2027-01-01", []), ("2027-01-02", ["until"])):
        asked = plan(firstDay="2026-12-20", until=until, shifts=shifts)
        if fields:
            assert await refused(api, "planRoster", **asked) == fields, "2027 is not announced: refused, not guessed"
        else:
            await made(api, "planRoster", **asked)


@pytest.mark.parametrize("seed", range(24))
async def test_random_rosters_minute_by_minute(api: Api, seed: int) -> None:
    """Counted by wall clocks, not by instants: a shift holds from its hour to its hour, whatever the clock did."""
    dice = random.Random(seed)
    zone = ZoneInfo(dice.choice(["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]))
    first = dice.choice([date(2026, 12, 1), date(2026, 3, 27), date(2026, 10, 23), date(2026, 4, 3)])
    days, crews = dice.randint(2, 5), [dice.sample(PEOPLE, dice.randint(1, 2)) for _ in range(dice.randint(1, 4))]
    hours = sorted(dice.sample(range(4, 24), dice.randint(1, 3)))
    shifts = [
        (time(begins), time(ends), [dice.randint(0, len(crews)) for _ in range(dice.randint(1, 4))])
        for begins, ends in zip(hours, [*hours[1:], hours[0]], strict=True)
    ]
    turn, begins = dice.randint(1, 3), first - timedelta(days=dice.randint(0, 9))
    rows = await made(
        api, "planRoster", team="T1", firstDay=first.isoformat(), until=(first + timedelta(days=days)).isoformat(),
        timeZone=zone.key, turnDays=turn, cycleBegins=begins.isoformat(), crews=[{"people": each} for each in crews],
        shifts=[{"start": f"{a:%H:%M}", "end": f"{b:%H:%M}", "crews": c} for a, b, c in shifts],
    )  # fmt: skip
    start = datetime.combine(first, time(0), zone).astimezone(UTC)
    acts: list[tuple[Any, str, datetime, datetime]] = []
    leaves: list[tuple[str, datetime, datetime]] = []
    for row in dice.sample(rows, min(2, len(rows))):
        length = datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])
        cuts = sorted(dice.sample(range(int(length.total_seconds() // 60) + 1), 2))
        span = [datetime.fromisoformat(row["start"]) + timedelta(minutes=each) for each in cuts]
        who = dice.choice(PEOPLE)
        given = {"shift": row["id"], "person": who, "start": span[0].isoformat(), "end": span[1].isoformat()}
        if (await do(api, "standIn", **given))["userErrors"] == []:
            acts.append((row, who, *span))
    for _ in range(2):
        who, from_ = dice.choice(PEOPLE), start + timedelta(minutes=dice.randint(0, days * 1440))
        until = from_ + timedelta(minutes=dice.randint(1, 900))
        await made(api, "recordLeave", person=who, start=from_.isoformat(), end=until.isoformat())
        leaves.append((who, from_, until))
    end = start + timedelta(days=days + 1)
    found = (await roster(api, start, end))["watches"]
    told = [(datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"]), set(names(each["onDuty"])))
            for each in found]  # fmt: skip
    assert (told[0][0], told[-1][1]) == (start, end)
    for minute in range(0, int((end - start).total_seconds() // 60)):
        now = start + timedelta(minutes=minute)
        expected = set()
        for person, place, day in _working(now, zone, first, days, shifts, crews, turn, begins):
            stands = [who for row, who, a, b in acts if a <= now < b and _is(row, person, place, day, shifts, zone)]
            expected.add(stands[-1] if stands else person)
        expected -= {who for who, a, b in leaves if a <= now < b}
        (holds,) = [people for a, b, people in told if a <= now < b]
        assert holds == expected, (now.astimezone(zone), holds, expected)


def _working(
    now: datetime, zone: ZoneInfo, first: date, days: int, shifts: Any, crews: Any, turn: int, begins: date
) -> list[tuple[str, int, date]]:
    wall = now.astimezone(zone).replace(tzinfo=None)
    found = []
    for place, (a, b, order) in enumerate(shifts):
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            ends = day if b > a else day + timedelta(days=1)
            if first <= day < first + timedelta(days=days) and (
                datetime.combine(day, a) <= wall < datetime.combine(ends, b)
            ):
                crew = order[((day - begins).days // turn) % len(order)]
                found += [(person, place, day) for person in (crews[crew - 1] if crew else [])]
    return found


def _is(row: Any, person: str, place: int, day: date, shifts: Any, zone: ZoneInfo) -> bool:
    """Whether a row is that of a person's shift of a day."""
    begins = datetime.fromisoformat(row["start"]).astimezone(zone).replace(tzinfo=None)
    return (row["person"]["id"], begins) == (person, datetime.combine(day, shifts[place][0]))


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
async def test_a_start_beyond_all_rosters_is_refused(api: Api, start: str) -> None:
    assert await api.code('query($s: DateTime) { roster(team: "T1", start: $s) { start } }', s=start) == "BAD_INPUT"
