"""The utility's people: teams, rosters, and who answers for which area, station and feeder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from schema import people
from schema.relationships import RelationshipKind
from schema.vocabulary import ContactType, OrganisationType, Rank, ResponsibilityRole, ShiftType
from seeds import names
from seeds.city import PREFIX, City, Line
from seeds.row import Row, link
from seeds.stations import CITY_AREA, area_of, station_of

COMPANY = f"{PREFIX}:ORG:0"
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
ROSTER_DAYS = range(-2, 15)
"""Days around today that rosters exist for."""
MANAGERS = 3
"""Customer managers of a station's area."""
_LINE_CREW = 4
_PLACE_NOBODY, _PLACE_ON_LEAVE = 6, 4


class _Team(NamedTuple):
    code: str
    name: str
    role: ResponsibilityRole
    size: int
    profession: str
    duty: str
    posts: tuple[str, ...]
    """Posts of its members, who are two on a shift; the last one is everybody else's."""


_CREW = ("班长", "运维工")
_CITY_TEAMS = (
    _Team(
        "DISP",
        "配网调控班",
        ResponsibilityRole.DISPATCHER,
        6,
        "调度",
        "指挥电网操作，下达调度指令",
        ("值班调度员（正值）", "值班调度员（副值）") * 3,
    ),
    _Team("CABLE", "电缆运维班", ResponsibilityRole.CABLE_MAINTENANCE, 6, "电缆", "查找和修复电缆故障", _CREW),
    _Team(
        "POWER",
        "应急发电班",
        ResponsibilityRole.EMERGENCY_POWER,
        6,
        "应急发电",
        "发电车调派、接入和值守",
        ("班长", "发电车司机", "发电运行工", "发电车司机", "发电运行工", "发电车司机"),
    ),
    _Team(
        "AUTO",
        "配电自动化班",
        ResponsibilityRole.AUTOMATION,
        4,
        "自动化",
        "核对遥信遥测，恢复终端",
        ("班长", "自动化运维工"),
    ),
    _Team("STORE", "物资供应组", ResponsibilityRole.LOGISTICS, 4, "物资", "备品备件供应", ("组长", "物资配送员")),
    _Team("SAFE", "安全监察班", ResponsibilityRole.SAFETY, 4, "安监", "现场安全监察", ("班长", "安全员")),
    _Team("REAR", "后勤组", ResponsibilityRole.LOGISTICS, 4, "后勤", "车辆、食宿和医疗保障", ("组长", "后勤保障员")),
)
_STATION_TEAMS = (
    _Team(
        "REPAIR",
        "配电抢修班",
        ResponsibilityRole.DISTRIBUTION_REPAIR,
        6,
        "配电",
        "到场抢修，45 分钟内到达",
        ("班长", "抢修工"),
    ),
    _Team("OPS", "变电运维班", ResponsibilityRole.SUBSTATION_OPERATION, 4, "变电", "站内巡视和操作", _CREW),
)


def utility(city: City) -> Iterator[Row]:
    """The company, its leaders, and the teams that serve the whole city."""
    yield Row(people.Organisation(id=COMPANY, name="临江供电公司", organisation_type=OrganisationType.UTILITY))
    leaders = (
        ("LEAD1", "分管副总经理", ResponsibilityRole.COMMANDER, Rank.A),
        ("LEAD2", "应急办主任", ResponsibilityRole.COMMANDER, Rank.B),
        ("LEAD3", "配电运检中心主任", ResponsibilityRole.SITE_COMMANDER, Rank.A),
        ("LEAD4", "配电运检中心副主任", ResponsibilityRole.SITE_COMMANDER, Rank.B),
    )
    for index, (code, title, role, rank) in enumerate(leaders, 1):
        who = f"{PREFIX}:PER:{code}"
        yield from person(city, who, index, title, COMPANY)
        yield assignment(f"{PREFIX}:ASG:{code}", role, CITY_AREA, held_by=who, rank=rank)
    for index, team in enumerate(_CITY_TEAMS):
        yield from _team(city, team, "", CITY_AREA, 10 + index * 10)


def station_people(city: City, station: int) -> Iterator[Row]:
    """The crews of a station's area, its customer managers, and who answers for each feeder."""
    covers = {"REPAIR": area_of(station), "OPS": station_of(station)}
    for index, team in enumerate(_STATION_TEAMS):
        yield from _team(city, team, f"{station}", covers[team.code], 1000 + station * 100 + index * 10)
    for index in range(MANAGERS):
        title = f"大客户经理（{names.station(station)}供电中心）"
        yield from person(city, manager(station, index), 1000 + station * 100 + 50 + index, title, COMPANY)
    yield from _line_crew(city, station)


def manager(station: int, number: int) -> str:
    """Id of the customer manager who looks after customer `number` of a station's area."""
    return f"{PREFIX}:PER:S{station}:M{number % MANAGERS + 1}"


def _line_crew(city: City, station: int) -> Iterator[Row]:
    """Line maintenance: A and B for each feeder; place 6 has nobody, place 4 only somebody on leave."""
    crew = f"{PREFIX}:TEAM:LINE{station}"
    label = f"{names.station(station)}线路运维班"
    number = 1000 + station * 100 + 60
    yield from _group(city, crew, label, "线路", "线路巡视和缺陷处理", number)
    members = [f"{PREFIX}:PER:S{station}:L{place}" for place in range(1, _LINE_CREW + 1)]
    away = members[-1]
    for index, who in enumerate(members, 1):
        yield from person(city, who, number + index, "线路运维工", crew)
        if who == away:
            yield leave(city, who)
        else:
            yield from _daily(city, who, crew)
    for line in city.lines(station):
        if line.place == _PLACE_NOBODY:
            continue
        holders = [away] if line.place == _PLACE_ON_LEAVE else _pair(members, line)
        for rank, who in zip((Rank.A, Rank.B), holders, strict=False):
            yield assignment(
                f"{PREFIX}:ASG:{line.number}:{rank}",
                ResponsibilityRole.LINE_MAINTENANCE,
                line.id,
                held_by=who,
                rank=rank,
                team=crew,
            )


def _pair(members: list[str], line: Line) -> list[str]:
    present = members[:-1]
    return [present[line.place % len(present)], present[(line.place + 1) % len(present)]]


def _group(city: City, team: str, name: str, profession: str, duty: str, number: int) -> Iterator[Row]:
    phone = f"{team}:TEL"
    yield Row(
        people.Team(id=team, name=name, profession=profession, duty=duty),
        (*link(RelationshipKind.MEMBER_OF, COMPANY), *link(RelationshipKind.HAS_CONTACT, phone)),
    )
    yield Row(
        people.Contact(
            id=phone,
            name=f"{name}值班电话",
            contact_type=ContactType.DUTY_PHONE,
            value=names.landline(number),
            verified_on=city.today - timedelta(days=20),
        )
    )


def _team(city: City, team: _Team, suffix: str, covers: str, number: int) -> Iterator[Row]:
    """A team that works in shifts, and what it answers for."""
    me = f"{PREFIX}:TEAM:{team.code}{suffix}"
    label = f"{names.station(int(suffix))}{team.name}" if suffix else team.name
    yield from _group(city, me, label, team.profession, team.duty, number)
    members = [f"{PREFIX}:PER:{team.code}{suffix}:{place}" for place in range(1, team.size + 1)]
    for index, who in enumerate(members, 1):
        title = team.posts[min(index, len(team.posts)) - 1]
        yield from person(city, who, number + index, title, me)
    yield assignment(f"{PREFIX}:ASG:{team.code}{suffix}", team.role, covers, team=me)
    yield from _roster(city, me, members)


def _roster(city: City, team: str, members: list[str]) -> Iterator[Row]:
    """Two on duty by day and two by night; whoever is on comes back after the others had their turn."""
    crews = [members[place : place + 2] for place in range(0, len(members), 2)]
    for offset in ROSTER_DAYS:
        day = city.today + timedelta(days=offset)
        for half, start in enumerate((8, 20)):
            crew = crews[(day.toordinal() * 2 + half + day.toordinal() // 5) % len(crews)]
            for place, who in enumerate(crew):
                code = f"{day:%m%d}{'DN'[half]}{place}"
                yield shift(f"{team}:{code}", who, day, start, 12, team=team)


def _daily(city: City, who: str, team: str) -> Iterator[Row]:
    """On duty in the day, on standby at night."""
    for offset in ROSTER_DAYS:
        day = city.today + timedelta(days=offset)
        yield shift(f"{who}:{day:%m%d}D", who, day, 8, 12, team=team)
        yield shift(f"{who}:{day:%m%d}N", who, day, 20, 12, ShiftType.STANDBY, team=team)


def moment(day: date, hour: int) -> datetime:
    """An hour of a day in Shanghai, in UTC."""
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


def shift(
    shift_id: str,
    who: str,
    day: date,
    start: int,
    hours: int,
    kind: ShiftType = ShiftType.DUTY,
    *,
    team: str | None = None,
) -> Row:
    """One roster row of a person, from `start` o'clock in Shanghai."""
    begins = moment(day, start)
    entity = people.Shift(id=f"{shift_id}:SHF", shift_type=kind, start=begins, end=begins + timedelta(hours=hours))
    links = link(RelationshipKind.WORKED_BY, who)
    return Row(entity, (*links, *link(RelationshipKind.OF_TEAM, team)) if team else links)


def leave(city: City, who: str) -> Row:
    """Somebody is on leave as long as rosters reach."""
    first = city.today + timedelta(days=ROSTER_DAYS.start)
    return shift(f"{who}:LEAVE", who, first, 0, 24 * len(ROSTER_DAYS), ShiftType.LEAVE)


def person(city: City, who: str, number: int, title: str, group: str, *, verified: bool = True) -> Iterator[Row]:
    """Somebody with a mobile number, in a team or an organisation."""
    dice = city.dice(who)
    phone = f"{who}:TEL"
    links = (*link(RelationshipKind.MEMBER_OF, group), *link(RelationshipKind.HAS_CONTACT, phone))
    yield Row(people.Person(id=who, name=names.person(dice), title=title), links)
    checked = city.today - timedelta(days=dice.randint(5, 150))
    yield Row(people.Contact(id=phone, value=names.mobile(number), verified_on=checked if verified else None))


def name_of(city: City, who: str) -> str:
    """Name of a person, by id."""
    return names.person(city.dice(who))


def assignment(
    assignment_id: str,
    role: ResponsibilityRole,
    covers: str,
    *,
    held_by: str | None = None,
    team: str | None = None,
    rank: Rank = Rank.A,
    until: datetime | None = None,
) -> Row:
    """A role for a thing, held by a person, a team, or a person in a team."""
    links = link(RelationshipKind.COVERS, covers)
    if held_by is not None:
        links += link(RelationshipKind.HELD_BY, held_by)
    if team is not None:
        links += link(RelationshipKind.OF_TEAM, team)
    return Row(people.Assignment(id=assignment_id, role=role, rank=rank, valid_to=until), links)
