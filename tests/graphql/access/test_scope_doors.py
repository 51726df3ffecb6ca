"""Two areas that back each other: who has one as scope is answered as if the other were not there, and counts exact.

A1: F1 = CB1   G1 - B1 - CB1 - L0 - LS1 - L1 - S1>C1     C1 and C3 are A1's, C2 is A2's and hangs on A1's feeder
                         L1 - LS2 - L3 - S2>C2
A2: F2 = CB2   G2 - B2 - CB2 - L2 - S3>C3           C3 is A1's and hangs on A2's feeder; LS9 is the tie
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graph_api.access.keys import new_key
from graph_api.access.principal import Principal
from graph_api.access.register import Register
from graph_api.graphql.execution.documents import Documents
from graph_api.graphql.execution.limits import Limits
from graph_api.graphql.push.question import Question
from graph_api.graphql.schema import build_schema, executable
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.access import AccessRole
from schema.batch import GraphBatch
from schema.grid import Area
from schema.people import Assignment, Contact, Organisation, Person, Team
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import OrganisationType, ResponsibilityRole
from tests.graphql.access.conftest import BY, NOW, Door, door_to

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L0 - LS1 - L1 - n1
n1 - S1>C1
n1 - LS2 - L3 - S2>C2
G2 - B2 - CB2 - L2 - n2
n2 - S3>C3
n1 - LS9/ - n2
F1 @ SUB1
F2 @ SUB2
CB1 @ F1
L1 @ F1
L0 @ F1
LS1 @ F1
LS2 @ F1
L3 @ F1
CB2 @ F2
L2 @ F2
LS9 @ F2
"""
NAMES = {"C1": "甲一医院", "C2": "乙二医院", "C3": "甲三水厂", "F1": "甲一线", "F2": "乙一线", "CB2": "乙一线开关",
         "SUB1": "甲站", "SUB2": "乙站", "LS9": "甲乙联络开关", "L2": "乙一线电缆", "S2": "乙二医院主供"}  # fmt: skip
DUTY = ResponsibilityRole.DISPATCHER


def _city() -> GraphBatch:
    grid = batch(
        GRID,
        **{id: {"name": name} for id, name in NAMES.items()},
        **{f"C{at}.1": {"load_kw": 100.0 * at} for at in (1, 2, 3)},
    )
    people = [
        Area(id="A0", name="全市"), Area(id="A1", name="甲区"), Area(id="A2", name="乙区"),
        Organisation(id="O1", name="供电公司", organisation_type=OrganisationType.UTILITY),
        Organisation(id="OC2", name="乙二医院后勤", organisation_type=OrganisationType.CUSTOMER),
        Team(id="T1", name="调控班"), Person(id="P1", name="张调度"), Person(id="P2", name="李电工"),
        Contact(id="K1", value="+8613900000001", verified_on=NOW.date()),
        Contact(id="K2", value="+8613900000002", verified_on=NOW.date()),
        Assignment(id="AS1", role=DUTY), Assignment(id="AS2", role=ResponsibilityRole.CUSTOMER_ELECTRICIAN),
    ]  # fmt: skip
    links = """
    CONTAINED_IN A1 A0 | CONTAINED_IN A2 A0 | CONTAINED_IN SUB1 A1 | CONTAINED_IN SUB2 A2 | CONTAINED_IN C1 A1
    CONTAINED_IN C2 A2 | CONTAINED_IN C3 A1 | MEMBER_OF T1 O1 | MEMBER_OF P1 T1 | HAS_CONTACT P1 K1 | MEMBER_OF P2 OC2
    HAS_CONTACT P2 K2 | COVERS AS1 A0 | HELD_BY AS1 P1 | OF_TEAM AS1 T1 | COVERS AS2 C2 | HELD_BY AS2 P2
    """
    rows = [row.split() for line in links.strip().splitlines() for row in line.split("|")]
    made = [Relationship(kind=R(kind), source=source, target=target) for kind, source, target in rows]
    return GraphBatch(entities=[*grid.entities, *people], relationships=[*grid.relationships, *made])


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    store = open_store(f"sqlite:///{tmp_path / 'city.db'}")
    await store.apply(_city())
    live = await LiveGraph.open(store)
    async with door_to(live, tmp_path / "city.audit", max_per_second=100_000) as door:
        yield door
    await live.close()


async def told(door: Door, key: dict[str, str], query: str, **variables: Any) -> Any:
    answer = (await door.ask(key, query, **variables)).json()
    assert "errors" not in answer, answer
    return answer["data"]


OUT = ("C2", "F2", "CB2", "SUB2", "A2", "A0", "P2", "AS2", "OC2", "K2", "T1", "O1", "LS9", "C2.1")
QUESTIONS = {
    "node": "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }",
    "resolve": "query($id: ID!, $text: String!) { resolve(texts: [$text]) { thing { id } candidates { id } more } "
    "node(id: $id) { id } }",
    "search": "query($text: String!) { search(text: $text) { totalCount nodes { entity { id } } } }",
    "impact": "query($id: ID!) { impact(equipment: [$id]) { summary { totalCount } } }",
    "stuck": 'query($id: ID!) { impact(equipment: ["L1"], stuck: [$id]) { summary { totalCount } } }',
    "assume": 'query($id: ID!) { impact(equipment: ["L1"], assume: [{switch: $id, position: OPEN}]) { exact } }',
    "restoration": 'query($id: ID!) { restoration(equipment: ["L1"], fixed: [$id]) { operations } }',
    "trace": "query($id: ID!) { trace(from: $id, direction: DOWN) { energised } }",
    "paths": 'query($id: ID!) { paths(from: "C1", to: $id) { truncated } }',
    "neighbourhood": "query($id: ID!) { neighbourhood(of: $id) { truncated } }",
    "within": "query($id: ID!) { customers(filter: {within: $id}) { totalCount } }",
    "equipment": "query($id: ID!) { equipment(filter: {within: $id}) { totalCount } }",
    "out": "query($id: ID!) { customersOut(filter: {within: $id}) { totalCount } }",
    "offNormal": "query($id: ID!) { switchesOffNormal(filter: {within: $id}) { totalCount } }",
    "openPoints": "query($id: ID!) { openPoints(filter: {within: $id}) { totalCount } }",
    "table": "query($id: ID!) { responsibilityTable(of: [$id]) { at } }",
    "roster": "query($id: ID!) { roster(team: $id) { team { id } } }",
    "incident": "query($id: ID!) { incident(id: $id) { id } }",
}
CHANGES = {
    "setSwitchPosition": 'mutation($id: ID!) { setSwitchPosition(input: {switch: $id, position: OPEN, by: "x", '
    'source: "y"}) { switch { id } userErrors { code path message } } }',
    "upsertAssignment": 'mutation($id: ID!) { upsertAssignment(input: {role: DISPATCHER, person: $id, covers: ["C1"]}) '
    "{ assignment { id } userErrors { code path message } } }",
    "covers": 'mutation($id: ID!) { upsertAssignment(input: {role: DISPATCHER, team: "T9", covers: ["C1", $id]}) '
    "{ assignment { id } userErrors { code path message } } }",
    "openIncident": 'mutation($id: ID!) { openIncident(input: {title: "t", equipment: [$id], by: "x"}) '
    "{ incident { id } userErrors { code path message } } }",
    "expected": 'mutation($id: ID!) { setSwitchPosition(input: {switch: "CB1", position: OPEN, by: "x", source: "y", '
    "expected: [{id: $id, version: 7}]}) { userErrors { code path message currentVersion } } }",
    "endAssignment": "mutation($id: ID!) { endAssignment(input: {id: $id}) { userErrors { code path message } } }",
    "recordLeave": 'mutation($id: ID!) { recordLeave(input: {person: $id, start: "2030-01-01T00:00:00Z", '
    'end: "2030-01-02T00:00:00Z"}) { userErrors { code path message } } }',
}
_OWN = re.compile(r'"requestId": ?"[^"]*"')


def _without(text: str, id: str) -> str:
    """An answer without the id that was asked for, and that of the request."""
    return _OWN.sub("", text).replace(json.dumps(id)[1:-1], "?")


@pytest.mark.parametrize("name", [*QUESTIONS, *CHANGES])
async def test_what_is_out_of_the_scope_is_answered_like_an_unknown_id(door: Door, name: str) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"])
    document = {**QUESTIONS, **CHANGES}[name]
    apart = []
    for id in OUT:
        known, unknown = [_without((await door.ask(key, document, id=asked, text=asked)).text, asked)
                          for asked in (id, "X" * len(id))]  # fmt: skip
        apart += [] if known == unknown else [(id, known, unknown)]
    assert apart == []


async def test_a_list_a_search_and_counts_know_the_scope_alone(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"])
    found = await told(
        door,
        key,
        """{ customers { totalCount nodes { id } } feeders { nodes { id } } people { totalCount } teams { totalCount }
        search(text: "医院") { totalCount nodes { entity { id } } } phone: search(text: "13900000002") { totalCount }
        equipment { nodes { id } } graph { entities relationships kinds { kind count } freshness { system } }
        node(id: "S1") { ... on SupplySource { feeders { id } } }
        other: node(id: "S3") { ... on SupplySource { energised feeders { id } } } }""",
    )
    assert [each["id"] for each in found["customers"]["nodes"]] == ["C1", "C3"]
    assert found["customers"]["totalCount"] == 2
    assert [each["id"] for each in found["feeders"]["nodes"]] == ["F1"]
    assert (found["people"]["totalCount"], found["teams"]["totalCount"], found["phone"]["totalCount"]) == (0, 0, 0)
    assert [each["entity"]["id"] for each in found["search"]["nodes"]] == ["C1"]
    assert {each["id"] for each in found["equipment"]["nodes"]} >= {"CB1", "L1", "S1", "S3"}
    assert not {each["id"] for each in found["equipment"]["nodes"]} & {"CB2", "L2", "S2", "LS9"}
    assert {each["kind"]: each["count"] for each in found["graph"]["kinds"]}["CUSTOMER"] == 2
    assert found["node"] == {"feeders": [{"id": "F1"}]}
    assert found["other"] == {"energised": True, "feeders": []}


IMPACT = """query($of: [ID!]!) { impact(equipment: $of) { operatedBy { id } outside { count backCount lostKw }
  summary { totalCount lostKw customers { state count } } customers { totalCount nodes { customer { id } } }
  calls { person { name } number { value } tasks { about { id } } } } }"""


async def test_who_is_hit_elsewhere_is_counted_and_not_named(door: Door) -> None:
    whole = await told(door, await door.key(AccessRole.DISPATCHER), IMPACT, of=["L1"])
    part = await told(door, await door.key(AccessRole.DISPATCHER, scope=["A1"]), IMPACT, of=["L1"])
    assert whole["impact"]["outside"] == {"count": 0, "backCount": 0, "lostKw": 0.0}
    assert part["impact"]["outside"] == {"count": 1, "backCount": 0, "lostKw": 200.0}
    assert part["impact"]["summary"] == whole["impact"]["summary"]
    assert part["impact"]["summary"]["totalCount"] == 2
    assert [each["customer"]["id"] for each in part["impact"]["customers"]["nodes"]] == ["C1"]
    assert part["impact"]["customers"]["totalCount"] == 1
    assert part["impact"]["operatedBy"] == [{"id": "CB1"}]
    called = {call["person"]["name"]: {task["about"]["id"] for task in call["tasks"]}
              for call in part["impact"]["calls"] if call["person"]}  # fmt: skip
    assert called["张调度"] <= {"C1", "L1"}
    assert "李电工" not in called


async def test_who_answers_for_what_one_sees_is_named_wherever_they_belong(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"])
    table = """{ node(id: "C1") { ... on Customer { responsibility(roles: [DISPATCHER]) { rows { person { name
      contacts { value } } group { name } through { id } because } } } } }"""
    (row,) = (await told(door, key, table))["node"]["responsibility"]["rows"]
    assert row["person"] == {"name": "张调度", "contacts": []}
    assert (row["group"], row["through"]) == ({"name": "调控班"}, {"id": "A0"})
    assert (await told(door, key, '{ node(id: "P1") { id } }'))["node"] is None


PLAN = """{ restoration(equipment: ["L0"]) { steps { target { id name } opens { id } closes { id } text
    restored { id } } outside { backCount onOwnCount stillOutCount } restoredCount accounts { back { thing { id } }
    stillOut { thing { id } } } } }"""


async def test_a_plan_names_its_devices_and_no_customer_elsewhere(door: Door) -> None:
    whole = (await told(door, await door.key(AccessRole.DISPATCHER), PLAN))["restoration"]
    part = (await told(door, await door.key(AccessRole.DISPATCHER, scope=["A1"]), PLAN))["restoration"]
    assert [each["target"] for each in part["steps"]] == [each["target"] for each in whole["steps"]]
    assert [each["text"] for each in part["steps"]] == [each["text"] for each in whole["steps"]]
    assert any(each["target"]["id"] == "LS9" for each in part["steps"])
    assert part["restoredCount"] == whole["restoredCount"] == 2
    assert [each["thing"]["id"] for each in part["accounts"]["back"]] == ["C1"]
    assert part["outside"]["backCount"] == 1
    assert {one["id"] for each in part["steps"] for one in each["restored"]} == {"C1"}


@pytest.mark.parametrize(
    "question",
    [
        "loads { totalCount }",
        'locateFault(evidence: [{kind: CALL, things: ["C1"]}]) { at }',
        "readiness { totalCount }",
    ],
)
async def test_what_tells_of_the_whole_is_refused(door: Door, question: str) -> None:
    refused = (await door.ask(await door.key(AccessRole.DISPATCHER, scope=["A1"]), f"{{ {question} }}")).json()
    assert [each["extensions"]["code"] for each in refused["errors"]] == ["FORBIDDEN"]


async def test_whoever_is_elevated_has_the_whole_for_that_time(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"], person="P1")
    seen = '{ node(id: "C2") { id } viewer { scope } }'
    assert await told(door, key, seen) == {"node": None, "viewer": {"scope": ["A1"]}}
    await told(door, key, 'mutation { elevate(input: {reason: "跨区事故", minutes: 5}) { userErrors { message } } }')
    assert await told(door, key, seen) == {"node": {"id": "C2"}, "viewer": {"scope": None}}


async def test_a_scope_that_is_gone_opens_nothing(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A9"])
    found = await told(door, key, "{ graph { entities } customers { totalCount } viewer { scope scopeGone } }")
    assert found == {"graph": {"entities": 0}, "customers": {"totalCount": 0},
                     "viewer": {"scope": ["A9"], "scopeGone": ["A9"]}}  # fmt: skip


async def test_several_scopes_add_up(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1", "A2"])
    assert (await told(door, key, "{ customers { totalCount } }"))["customers"]["totalCount"] == 3


async def test_changes_of_what_is_in_the_scope_are_made(door: Door) -> None:
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"])
    made = await told(door, key, CHANGES["setSwitchPosition"], id="CB1")
    assert made == {"setSwitchPosition": {"switch": {"id": "CB1"}, "userErrors": []}}
    out = await told(door, key, "{ customersOut { totalCount nodes { customer { id } } } }")
    assert [each["customer"]["id"] for each in out["customersOut"]["nodes"]] == ["C1"]


INCIDENT = """query($id: ID!) { incidents { totalCount nodes { id } } incident(id: $id) { timeline { nodes { things
  details text entryType } } stateAt { equipment { id } location { at } left { text } impact { outside { count } }
  recorded { totalCount customers { totalCount nodes { customerId } } } } } board { incidents { id }
  lines { places { id name } outCount nextDeadline { at customer { id name } } commander { id } }
  onDuty { team { id } onDuty { id } } } }"""


async def test_an_incident_is_seen_with_what_of_it_is_in_the_scope(door: Door) -> None:
    every = await door.key(AccessRole.DISPATCHER)
    opened = """mutation($id: ID!, $of: ID!) { openIncident(input: {id: $id, title: "跳闸", equipment: [$of],
      by: "x"}) { userErrors { message } } }"""
    for id, of in (("I1", "L1"), ("I2", "L2")):
        await told(door, every, opened, id=id, of=of)
    note = (
        'mutation { addNote(input: {incident: "I1", note: "n", things: ["C2"], by: "x"}) { userErrors { message } } }'
    )
    await told(door, every, note)
    river = await door.key(AccessRole.DISPATCHER, scope=["A2"])
    for key, seen in ((every, ["I1", "I2"]), (river, ["I1", "I2"])):
        found = await told(door, key, INCIDENT, id="I1")
        assert sorted(each["id"] for each in found["incidents"]["nodes"]) == seen
    incident = found["incident"]
    assert incident["stateAt"]["equipment"] == []
    assert incident["stateAt"]["location"] is None
    assert incident["stateAt"]["impact"] == {"outside": {"count": 1}}
    opening, noted = incident["timeline"]["nodes"][0], incident["timeline"]["nodes"][-1]
    assert (opening["things"], opening["details"]) == ([], None)
    assert "L1" not in opening["text"]
    assert noted["things"] == ["C2"]
    text = json.dumps(found, ensure_ascii=False)
    assert not {"甲一医院", '"C1"', '"L1"', "甲一线"} & {
        word for word in ("甲一医院", '"C1"', '"L1"', "甲一线") if word in text
    }


async def test_a_register_of_scopes_gives_nothing_to_a_release_that_knows_none() -> None:
    made = Register().with_key(new_key(), "n", [AccessRole.DISPATCHER], by=BY, now=NOW, scope=["A1"])
    (key,) = made.keys
    assert not set(key.roles) & set(AccessRole.__members__)
    assert key.principal.roles == {AccessRole.DISPATCHER}
    assert Register.decoded(made.encoded()) == made


async def test_a_change_tells_of_an_incident_without_what_is_elsewhere(door: Door) -> None:
    await told(
        door, await door.key(AccessRole.DISPATCHER),
        'mutation { openIncident(input: {id: "I1", title: "t", equipment: ["L1"], by: "x"}) { userErrors { code } } }',
    )  # fmt: skip
    river = await door.key(AccessRole.DISPATCHER, scope=["A2"])
    made = await told(
        door,
        river,
        """mutation { addNote(input: {incident: "I1", note: "已到场", things: ["C2"], by: "x"}) { userErrors { message }
        incident { timeline { nodes { entryType things details text } } stateAt { equipment { id } evidence { entry }
        left { text } impact { operatedSince { switch { id } } customers { nodes { customer { id } } } calls {
        tasks { about { id } } } } } } } }""",
    )
    entries = made["addNote"]["incident"]["timeline"]["nodes"]
    assert [each["things"] for each in entries if each["entryType"] in ("OPENED", "NOTE")] == [[], ["C2"]]
    text = json.dumps(made, ensure_ascii=False)
    assert not [word for word in ('"L1"', '"C1"', "甲一") if word in text]


REVEAL = """mutation($of: [ID!]!) { revealContact(input: {of: $of, incident: "I1", reason: "通知客户"}) {
  contacts { id value } userErrors { code path message } } }"""


async def test_numbers_of_others_are_revealed_to_nobody(door: Door) -> None:
    opened = (
        'mutation { openIncident(input: {id: "I1", title: "t", equipment: ["L1"], by: "x"}) { userErrors { code } } }'
    )
    await told(door, await door.key(AccessRole.DISPATCHER), opened)
    key = await door.key(AccessRole.DISPATCHER, scope=["A1"])
    for id in ("C2", "P2", "K2", "OC2"):
        known, unknown = [
            _without((await door.ask(key, REVEAL, of=[asked])).text, asked) for asked in (id, "X" * len(id))
        ]
        assert known == unknown
        assert "contacts" in known
    own = await told(door, await door.key(AccessRole.DISPATCHER, scope=["A2"]), REVEAL, of=["P2"])
    assert own["revealContact"]["contacts"] == [{"id": "K2", "value": "+8613900000002"}]


def test_who_asks_keeps_the_scope_on_the_way_to_another_process() -> None:
    asked = Principal(actor=BY, roles=frozenset({AccessRole.VIEWER}), given_scope=frozenset({"A1"}))
    came = msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=Principal)
    assert (came.scope, came.acts) == (asked.scope, asked.acts)


def test_what_is_pushed_is_shared_by_who_has_the_same_scope() -> None:
    document = "subscription { graphChanged { revision } }"
    prepared = Documents(executable(build_schema()), Limits()).prepare(document)
    question = Question.of(document, prepared, prepared.operation(None), {})
    scopes = (None, frozenset({"A1"}), frozenset({"A2"}), frozenset({"A1", "A2"}))
    keys = [question.key(Principal(actor=BY, roles=frozenset(), given_scope=scope)) for scope in scopes]
    assert len(set(keys)) == len(scopes)
