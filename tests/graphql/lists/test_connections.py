"""Pages: by key, exact totals, cursors that hold to their list."""

from __future__ import annotations

import httpx

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.people import Person
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.city import ENTITIES, LINKS, NOW
from tests.graphql.conftest import Api, client_of

MEMBERS = """query ($id: ID = "TEAM", $first: Int = 2, $after: String) { node(id: $id) { ... on Team {
  members(first: $first, after: $after) { totalCount revisionChanged nodes { name } edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }"""


async def test_pages_follow_one_another(api: Api) -> None:
    names: list[str] = []
    after = None
    for _ in range(3):
        page = (await api.data(MEMBERS, after=after))["node"]["members"]
        assert page["totalCount"] == 4
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        names += [node["name"] for node in page["nodes"]]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert names == sorted(["张卫国", "李建军", "王芳", "刘洋"])


async def test_an_empty_page_has_no_cursors(api: Api) -> None:
    page = (await api.data(MEMBERS, first=0))["node"]["members"]
    assert page["nodes"] == []
    assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


async def test_a_page_is_bounded(api: Api) -> None:
    assert await api.code(MEMBERS, first=501) == "BAD_INPUT"
    assert await api.code(MEMBERS, first=-1) == "BAD_INPUT"


async def test_bad_cursors_are_refused(api: Api) -> None:
    page = (await api.data(MEMBERS))["node"]["members"]
    cursor = page["pageInfo"]["endCursor"]
    for bad in ("", "!", "中文", "AAAA", cursor[:-3], "x" * 5000, cursor + "\u0000"):
        assert await api.code(MEMBERS, after=bad) == "BAD_CURSOR", bad
    other = """query ($after: String) { search(text: "滨江", after: $after) { totalCount } }"""
    assert await api.code(other, after=cursor) == "BAD_CURSOR", "a cursor of another list"


async def test_paging_goes_on_by_key_and_says_that_the_graph_changed(api: Api) -> None:
    page = (await api.data(MEMBERS))["node"]["members"]
    assert [node["name"] for node in page["nodes"]] == ["刘洋", "张卫国"]
    new = Person(id="P0", name="丁一")  # comes before the cursor: not shown, but counted
    graph = Snapshot.of(
        [*ENTITIES, new],
        [*LINKS, Relationship(kind=RelationshipKind.MEMBER_OF, source="P0", target="TEAM")],
        revision=8,
        changed_at=NOW,
    )
    later: httpx.AsyncClient = client_of(LiveGraph(None, ReadModel.build(graph), lambda: NOW))  # type: ignore[arg-type]
    async with later:
        page = (await Api(later).data(MEMBERS, after=page["pageInfo"]["endCursor"]))["node"]["members"]
    assert page["revisionChanged"] is True
    assert page["totalCount"] == 5
    assert [node["name"] for node in page["nodes"]] == ["李建军", "王芳"]
