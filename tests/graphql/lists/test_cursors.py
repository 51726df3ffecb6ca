"""What a cursor is bound to: pinned, so that an upgrade leaves open lists open."""

from __future__ import annotations

import dataclasses
from typing import Any

import strawberry

from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.lists.listing import CustomerFilterInput
from graph_api.services.explore.listing import CustomerOrder
from schema.registry import EntityKind
from schema.vocabulary import Importance
from tests.graphql.conftest import Api

PAGE = """query($first: Int!, $after: String, $filter: CustomerFilter) {
  customers(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { endCursor } }
}"""


def test_hashes_of_lists_are_these() -> None:
    chosen = CustomerFilterInput(text="市一", importance=[Importance.FIRST])
    assert query_hash("customers", {"filter": chosen, "orderBy": CustomerOrder.IMPORTANCE}).hex() == "01eb20d5b129"
    assert query_hash("feeders", {"kinds": [EntityKind.FEEDER], "filter": None}).hex() == "77ead41eacfa"


def test_a_filter_field_that_is_added_later_leaves_open_lists_open() -> None:
    later: Any = strawberry.input(
        dataclasses.make_dataclass("CustomerFilterInput", [("phase", str | None, None)], bases=(CustomerFilterInput,))
    )
    now, then = CustomerFilterInput(text="市一"), later(text="市一")
    assert query_hash("customers", {"filter": now}) == query_hash("customers", {"filter": then})
    assert query_hash("customers", {"filter": now}) != query_hash(
        "customers", {"filter": later(text="市一", phase="A")}
    )


def test_an_argument_that_is_added_later_leaves_open_lists_open() -> None:
    assert query_hash("customers", {"filter": None, "phase": None}) == query_hash("customers", {})
    assert query_hash("customers", {"kinds": []}) != query_hash("customers", {"kinds": None})


def test_another_version_is_another_list() -> None:
    assert query_hash("customers", {}) != query_hash("customers", {}, version=2)


async def test_what_was_left_out_and_what_was_sent_as_null_is_the_same_list(api: Api) -> None:
    page = (await api.data(PAGE, first=1, filter={"text": "医院"}))["customers"]
    after = page["pageInfo"]["endCursor"]
    assert after
    again = await api.data(PAGE, first=1, after=after, filter={"text": "医院", "importance": None, "within": None})
    assert again["customers"]["nodes"] == []
    assert await api.code(PAGE, first=1, after=after, filter={"text": "院"}) == "BAD_CURSOR"
