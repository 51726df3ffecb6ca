"""`readiness` in the API: pages, filters, both languages."""

from __future__ import annotations

from tests.graphql.conftest import Api

QUERY = """query Q($filter: FindingFilter, $first: Int!, $after: String) {
  readiness(filter: $filter, at: "2026-11-23T03:00:00Z", first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id kind customer { id } thing { id } actsOn { id } role text(lang: EN) zh: text }
  }
}"""


async def test_pages_hold_every_finding_once(api: Api) -> None:
    whole = (await api.data(QUERY, first=500))["readiness"]
    assert whole["totalCount"] == len(whole["nodes"]) > 1
    assert {each["customer"]["id"] for each in whole["nodes"]} == {"C1"}
    ids: list[str] = []
    after = None
    while True:
        page = (await api.data(QUERY, first=1, after=after))["readiness"]
        ids += [each["id"] for each in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert ids == [each["id"] for each in whole["nodes"]]
    assert len(set(ids)) == len(ids)


async def test_filters_and_languages(api: Api) -> None:
    asked = {"kinds": ["ROLE_GAP"], "customers": ["C1"], "importance": ["FIRST", "SECOND", "SPECIAL"]}
    found = (await api.data(QUERY, first=50, filter=asked))["readiness"]["nodes"]
    dispatcher = next(each for each in found if each["role"] == "DISPATCHER")
    assert dispatcher["text"] == "duty dispatcher: nobody holds the role."
    assert dispatcher["zh"] == "值班调度员：责任人空缺。"
    assert {each["kind"] for each in found} == {"ROLE_GAP"}


async def test_a_thing_that_is_no_customer_is_refused(api: Api) -> None:
    assert await api.code(QUERY, first=5, filter={"customers": ["B1"]}) == "BAD_INPUT"
