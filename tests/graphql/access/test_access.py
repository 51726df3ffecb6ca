"""Access over HTTP: who is let in, what each role may do, and what each sees of numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from graph_api.access import visibility
from graph_api.access.keys import new_key
from graph_api.access.principal import document_digest
from graph_api.commands.registry import COMMANDS
from graph_api.graphql.execution.guard import guard
from graph_api.graphql.schema import build_schema, executable
from graph_api.live.graph import LiveGraph
from schema.access import CHANGES, GRANTS, QUESTIONS, AccessRole, Act
from schema.batch import GraphBatch
from schema.grid import Tower
from schema.people import Contact
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.access.conftest import BY, DUTY, MOBILE, MUTATIONS, NUMBERS, Door
from tests.graphql.city import ENTITIES, NOW
from tests.graphql.conftest import check_shape

D = AccessRole.DISPATCHER
VIEWER = "{ viewer { kind name roles acts sights person } }"


async def test_before_any_key_one_is_the_user_of_the_service(door: Door) -> None:
    found = (await door.ask({}, VIEWER)).json()["data"]["viewer"]
    assert found["kind"] == "LOCAL"
    assert found["roles"] == [role.value for role in AccessRole]
    assert found["sights"] == ["ALL"]


async def test_nobody_is_let_in_without_a_key_that_holds(door: Door) -> None:
    key = await door.key(AccessRole.VIEWER)
    text = key["Authorization"]
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": text[:-1]},
        {"Authorization": f"Basic {text}"},
    ):
        refused = await door.ask(headers, VIEWER)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        (error,) = refused.json()["errors"]
        check_shape(error)
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert error["message"] == (await door.ask({}, VIEWER)).json()["errors"][0]["message"], "it tells nothing"
    twice = await door.http.post(
        "/graphql", json={"query": VIEWER}, headers=[("Authorization", text), ("Authorization", text)]
    )
    assert twice.status_code == 401
    assert (await door.ask(key, VIEWER)).json()["data"]["viewer"]["roles"] == ["VIEWER"]
    assert (await door.http.get("/healthz")).status_code == (await door.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize("door", [{"visitors": "viewer"}], indirect=True)
async def test_visitors_may_look_where_the_setting_says_so(door: Door) -> None:
    await door.key(AccessRole.VIEWER)
    found = (await door.ask({}, VIEWER)).json()["data"]["viewer"]
    assert (found["kind"], found["name"], found["roles"], found["sights"]) == ("ANONYMOUS", "", ["VIEWER"], [])
    assert (await door.ask({"Authorization": "Bearer x"}, VIEWER)).status_code == 401, "a wrong key is no missing one"


async def test_a_revoked_key_opens_nothing_any_more(door: Door) -> None:
    key = await door.key(AccessRole.VIEWER)
    name = (await door.ask(key, VIEWER)).json()["data"]["viewer"]["name"]
    await door.change(lambda register: register.without(name, by=BY, now=NOW))
    assert (await door.ask(key, VIEWER)).status_code == 401


async def test_who_may_nothing_is_told_so(door: Door) -> None:
    made = new_key()
    await door.change(lambda register: register.with_key(made, "later", [AccessRole.VIEWER], by=BY, now=NOW))
    later = door.book.register.encoded().replace(b"VIEWER", b"ORACLE")
    await door.change(lambda register: type(register).decoded(later))
    refused = await door.ask({"Authorization": f"Bearer {made.text}"}, VIEWER)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize("role", list(AccessRole))
async def test_a_role_may_do_what_it_is_granted_and_nothing_else(door: Door, role: AccessRole) -> None:
    key = await door.key(role)
    before = (await door.ask(key, "{ graph { revision } }")).json()["data"]
    assert {command.command_name() for command in COMMANDS} == set(MUTATIONS)
    for command in COMMANDS:
        asked = MUTATIONS[command.command_name()]
        answer = (await door.ask(key, f"mutation {{ {asked} {{ userErrors {{ code }} }} }}")).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        if command.act in GRANTS[role].acts:
            assert "FORBIDDEN" not in codes
        else:
            assert codes == {"FORBIDDEN"}
            assert answer["data"] == {command.command_name(): None}
    changed = (await door.ask(key, "{ graph { revision } }")).json()["data"] != before
    assert changed == any(command.act in GRANTS[role].acts for command in COMMANDS)


ASSIGNED = """mutation($role: ResponsibilityRole!, $person: ID!, $from: DateTime, $to: DateTime) {
  upsertAssignment(input: {role: $role, person: $person, covers: ["C1"], validFrom: $from, validTo: $to}) {
    userErrors { code } } }"""
OTHERS = '{ node(id: "P4") { ... on Person { contacts { value masked } } } }'
PHONES = '{ search(text: "12345678") { totalCount } resolve(texts: ["12345678"]) { thing { id } } }'


async def test_numbers_are_masked_for_who_has_no_need(door: Door) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    masked = (await door.ask(viewer, NUMBERS)).json()["data"]["node"]["contacts"]
    assert masked == [{"value": "+86571****0000", "masked": True}, {"value": "+86139****5678", "masked": True}]
    shown = (await door.ask(dispatcher, NUMBERS)).json()["data"]["node"]["contacts"]
    assert [each["value"] for each in shown] == ["+86" + DUTY, "+86" + MOBILE]
    assert not any(each["masked"] for each in shown)


async def test_digits_find_only_numbers_that_may_be_seen(door: Door) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    found = (await door.ask(dispatcher, PHONES)).json()["data"]
    assert (found["search"]["totalCount"], found["resolve"][0]["thing"]) == (1, {"id": "P1"})
    hidden = (await door.ask(viewer, PHONES)).json()["data"]
    assert (hidden["search"]["totalCount"], hidden["resolve"][0]["thing"]) == (0, None)


async def test_an_account_manager_cannot_widen_what_is_seen(door: Door, live: LiveGraph) -> None:
    contact = Contact(id="K4", value="+8613700000004")
    link = Relationship(kind=RelationshipKind.HAS_CONTACT, source="P4", target="K4")
    await live.apply(GraphBatch(entities=[contact], relationships=[link]), "k4", None, None)
    manager, dispatcher = await door.key(AccessRole.ACCOUNT_MANAGER, person="P1"), await door.key(D)
    refused = (await door.ask(manager, ASSIGNED, role="CUSTOMER_ELECTRICIAN", person="P4")).json()
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for term, masked in (
        ({"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"}, True),
        ({"from": "2101-01-01T00:00:00Z"}, True),
        ({}, False),
    ):
        made = await door.ask(dispatcher, ASSIGNED, role="CUSTOMER_ELECTRICIAN", person="P4", **term)
        assert made.json()["data"]["upsertAssignment"] == {"userErrors": []}
        (shown,) = (await door.ask(manager, OTHERS)).json()["data"]["node"]["contacts"]
        assert shown["masked"] is masked, term


async def test_an_account_manager_sees_those_of_own_customers(door: Door) -> None:
    own = await door.key(AccessRole.ACCOUNT_MANAGER, person="P1")
    other = await door.key(AccessRole.ACCOUNT_MANAGER, person="P2")
    nobody = await door.key(AccessRole.ACCOUNT_MANAGER)
    thing = await door.key(AccessRole.ACCOUNT_MANAGER, person="C1")
    for key, masked in ((own, False), (other, True), (nobody, True), (thing, True)):
        contacts = (await door.ask(key, NUMBERS)).json()["data"]["node"]["contacts"]
        assert [each["masked"] for each in contacts] == [masked, masked]


Composite = GraphQLObjectType | GraphQLInterfaceType


def ways(kind: Composite, depth: int) -> Iterator[str]:
    """Selections that together hold every field of a type that needs no argument, and of what it leads to, so deep."""
    leaves = ["__typename"]
    for name, field in kind.fields.items():
        below = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(below):
            leaves.append(name)
        elif depth and isinstance(below, GraphQLObjectType | GraphQLInterfaceType):
            yield from (f"{name} {{ {way} }}" for way in ways(below, depth - 1))
    yield " ".join(leaves)


async def test_no_number_leaks_from_any_field_of_anything(door: Door) -> None:
    schema = executable(build_schema())
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    ids: dict[str, list[str]] = {}
    for each in ENTITIES:
        ids.setdefault(type(each).__name__, []).append(each.id)
    seen = set[str]()
    for kind, things in ids.items():
        made = schema.type_map[kind]
        assert isinstance(made, GraphQLObjectType)
        for way in ways(made, 2):
            query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {{ {way} }} }} }}"
            answer = await door.ask(viewer, query, ids=things)
            assert "data" in answer.json(), (query, answer.text[:500])
            assert MOBILE not in answer.text, query
            assert DUTY not in answer.text, query
            if "value" in way and MOBILE in (await door.ask(dispatcher, query, ids=things)).text:
                seen.add(kind)
    assert seen >= {"Contact", "Person", "Assignment", "Customer", "Shift"}, "the walk comes by the numbers"


async def test_a_key_of_one_operation_sends_that_and_nothing_else(door: Door) -> None:
    made, bound = new_key(), "query Load { graph { revision } }"
    await door.change(
        lambda register: register.with_key(made, "panel", [D], by=BY, now=NOW, only=document_digest(f"{bound}\n"))
    )
    key = {"Authorization": f"Bearer {made.text}"}
    assert "data" in (await door.ask(key, bound)).json()
    assert "data" in (await door.http.get("/graphql", params={"query": f" {bound}"}, headers=key)).json()
    for other in (VIEWER, bound.replace("Load", "load"), f"{bound} {{ graph {{ revision }} }}", "{", "# x\n" + bound):
        refused = await door.ask(key, other)
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


def test_each_question_and_change_has_a_rule_and_none_is_made_without() -> None:
    schema = executable(build_schema())
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert schema.subscription_type is not None
    assert {*QUESTIONS} == {*schema.query_type.fields, *schema.subscription_type.fields}
    assert {command.command_name() for command in COMMANDS} | {*CHANGES} == {*schema.mutation_type.fields}
    assert all(isinstance(command.act, Act) and command.act is not Act.READ for command in COMMANDS)
    unknown = GraphQLSchema(GraphQLObjectType("Query", {"later": GraphQLField(GraphQLString)}))
    with pytest.raises(LookupError, match="later"):
        guard(unknown)


@pytest.mark.parametrize("role", list(AccessRole))
async def test_a_role_asks_what_it_is_granted_and_nothing_else(door: Door, role: AccessRole) -> None:
    key = await door.key(role)
    for question, act in QUESTIONS.items():
        if act is Act.READ:
            continue
        body = (await door.ask(key, f"{{ {question} {{ __typename }} }}")).json()
        refused = [error["extensions"]["code"] for error in body.get("errors", ())] == ["FORBIDDEN"]
        assert refused != (act in GRANTS[role].acts), question


async def test_the_log_names_who_asked(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    key = await door.key(AccessRole.DISPATCHER)
    await door.ask(key, f"mutation {{ {MUTATIONS['setSwitchPosition']} {{ userErrors {{ code }} }} }}")
    facts = [record.facts for record in caplog.records if hasattr(record, "facts")]
    assert {each["actor"][:14] for each in facts if "actor" in each} == {"KEY:DISPATCHER"}
    assert any(each.get("command") == "setSwitchPosition" for each in facts)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("手机13912340018", "手机****"),
        ("139.1234.0016 下班后", "**** 下班后"),
        ("1021线 02:15 13912340019", "1021线 02:15 ****"),
        ("5#杆旁 5 139 1234 0019", "5#杆旁 5 ****"),
        ("0571 88880000 13912340019", "****"),
        ("联系张三wang.li@example.com", "联系张三****"),
        ("联系张三@例子.公司", "****"),
        ("１３９１２３４００１７", "****"),
        ("wang.li@example.com", "****"),
        ("20x13700003333", "****"),
        ("0571-8888 0000", "****"),
        ("10kV 1021 线 3 号", "10kV 1021 线 3 号"),
        ("2026-11-26 送电", "2026-11-26 送电"),
    ],
)
async def test_free_text_shows_no_number_however_it_is_written(
    door: Door, live: LiveGraph, text: str, hidden: str
) -> None:
    await live.apply(GraphBatch(entities=[Tower(id="T9", note=text)]), "t9", None, None)
    query = '{ node(id: "T9") { ... on Tower { note } } }'
    for role, note in ((AccessRole.VIEWER, hidden), (D, text)):
        assert (await door.ask(await door.key(role), query)).json()["data"]["node"]["note"] == note


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+8613912345678", "+86139****5678"),
        ("+865718880000", "+8657****0000"),
        ("+85291234567", "+852****4567"),
        ("+6512345678", "****"),
        ("95598", "****"),
        ("95598;ext=3", "****"),
        ("ops@example.com", "****@example.com"),
    ],
)
def test_a_mask_hides_at_least_four_digits(value: str, shown: str) -> None:
    assert visibility.masked(value) == shown


async def test_hidden_numbers_change_no_search(door: Door, live: LiveGraph) -> None:
    viewer = await door.key(AccessRole.VIEWER)
    query = "query($text: String!) { search(text: $text, first: 50) { totalCount nodes { entity { id } matched } } }"
    texts = ("1234", "5678", "P1", "滨江", "8888", "3301000012", "13912345678", "C1")
    before = [(await door.ask(viewer, query, text=text)).json()["data"] for text in texts]
    crowd = [Contact(id=f"KX{n}", value=f"+86139{n:08}") for n in range(12345000, 12346000)]
    links = [Relationship(kind=RelationshipKind.HAS_CONTACT, source="P2", target=each.id) for each in crowd]
    await live.apply(GraphBatch(entities=[*crowd], relationships=links), "crowd", None, None)
    assert [(await door.ask(viewer, query, text=text)).json()["data"] for text in texts] == before
