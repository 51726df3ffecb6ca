"""A retry across the upgrade: its request was stored by the program of before, under the fingerprint of that time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph_api.commands.request import Request
from graph_api.live.graph import LiveGraph
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.people import Assignment
from schema.vocabulary import ResponsibilityRole
from tests.commands.requests import STORED, Stored
from tests.graphql.commands.test_mutation import END, SET, UPSERT, refused
from tests.graphql.conftest import Api

DOCUMENTS = {"set": SET, "up": UPSERT, "end": END}
AFTER = 1 + len(STORED)
"""Revision of the store when the new program takes over."""


@pytest.fixture
async def live(store: Store) -> AsyncIterator[LiveGraph]:
    """The city after the old program carried out all these requests."""
    for stored in STORED:
        made = Assignment(id="BD:SYZP-J5VP-PF66", role=ResponsibilityRole.DISTRIBUTION_REPAIR)
        await store.apply(GraphBatch(entities=[made]), request_id=stored.id, fingerprint=bytes.fromhex(stored.before))
    opened = await LiveGraph.open(store)
    yield opened
    await opened.close()


def document(stored: Stored) -> str:
    return DOCUMENTS[stored.id.split("-")[0]]


async def test_a_retry_finds_its_commit(api: Api, store: Store) -> None:
    for place, stored in enumerate(STORED):
        (answer,) = (await api.data(document(stored), input={**stored.input, "requestId": stored.id})).values()
        assert (answer["userErrors"], answer["repeated"], answer["revision"]) == ([], True, str(2 + place)), stored.id
    assert await store.revision() == AFTER


async def test_a_retry_finds_what_it_made(api: Api) -> None:
    stored = STORED[3]
    answer = (await api.data(UPSERT, input={**stored.input, "requestId": stored.id}))["upsertAssignment"]
    assert answer["assignment"]["id"] == "BD:SYZP-J5VP-PF66"


async def test_other_content_is_refused_as_ever(api: Api, store: Store) -> None:
    other = {**STORED[0].input, "position": "CLOSED", "requestId": STORED[0].id}
    assert await refused(api, SET, **other) == ("REQUEST_ID_CONFLICT", ["input", "requestId"])
    assert await refused(api, END, id="A1", requestId=STORED[0].id) == (
        "REQUEST_ID_CONFLICT",
        ["input", "requestId"],
    )
    assert await store.revision() == AFTER


async def test_a_request_that_was_given_up_stays_so(api: Api, store: Store) -> None:
    assert await store.outcome("r-1") is None
    assert await refused(api, SET, **STORED[0].input, requestId="r-1") == (
        "REQUEST_ID_CONFLICT",
        ["input", "requestId"],
    )


async def test_new_requests_are_stored_under_their_new_fingerprint(api: Api, store: Store) -> None:
    stored = STORED[0]
    assert (await api.data(SET, input={**stored.input, "requestId": "r-2"}))["setSwitchPosition"]["repeated"] is False
    fingerprint = Request(asked=stored.command).fingerprint
    assert (await store.apply(GraphBatch(), request_id="r-2", fingerprint=fingerprint)).repeated
