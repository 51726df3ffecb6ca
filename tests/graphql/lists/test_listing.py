"""Lists of things by kind."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        ("feeders", ["FD1", "FD2"]),
        ('feeders(filter: {text: "二线"})', ["FD2"]),
        ('feeders(filter: {text: "f101"})', ["FD1"]),
        ("substations", ["SUB:1"]),
        ("teams", ["TEAM"]),
        ("plans", ["PLAN"]),
        ("people(first: 2)", ["P4", "P1"]),
        ('people(filter: {within: "ORG"}, first: 1)', ["P4"]),
        ("equipment(first: 3)", ["B1", "B2", "F1"]),
        ("equipment(kinds: [FUSE, PERSON])", ["F1"]),
        ("equipment(kinds: [])", []),
        ('equipment(filter: {within: "FD1"})', ["B1", "F1", "L1"]),
        ('equipment(filter: {within: "ORG", text: "912"})', ["B2"]),
        ("customers", ["C1"]),
        ('customers(filter: {within: "SUB:1"})', ["C1"]),
        ('customers(filter: {within: "FD2"})', []),
        ("customers(filter: {importance: [SPECIAL]})", []),
        ("customers(filter: {importance: [FIRST], status: [ACTIVE], keyAccount: false})", ["C1"]),
        ("customers(filter: {areaClass: [CITY]})", []),
        ('customers(filter: {text: "人民"}, orderBy: NAME)', ["C1"]),
        ('customers(filter: {text: "邮局"}, orderBy: CONTRACT)', []),
        ("customers(orderBy: CONTRACT)", ["C1"]),
        ("loads", ["LOAD:2", "LOAD:1"]),
        ('loads(filter: {system: "PMS"})', ["LOAD:1"]),
        ("loads(filter: {number: 2, withRejects: false})", ["LOAD:2"]),
        ("loads(filter: {withRejects: true})", []),
    ],
)
async def test_lists(api: Api, field: str, ids: list[str]) -> None:
    data = await api.data(f"{{ list: {field} {{ nodes {{ id }} totalCount }} }}")
    assert [each["id"] for each in data["list"]["nodes"]] == ids
    if "first" not in field:
        assert data["list"]["totalCount"] == len(ids)


async def test_a_list_within_nothing_or_of_a_text_too_long(api: Api) -> None:
    assert await api.code('{ feeders(filter: {within: "nothing"}) { totalCount } }') == "UNKNOWN_ENTITY"
    for inside in ("B1", "P1", "C1"):
        answer = await api.ask(f'{{ feeders(filter: {{within: "{inside}"}}) {{ totalCount }} }}')
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_INPUT"
        assert "Nothing lies within" in error["message"]
    query = "query ($text: String) { feeders(filter: {text: $text}) { totalCount } }"
    assert await api.code(query, text="x" * 201) == "BAD_INPUT"
