"""Mutations over HTTP on a real Neo4j: made once, seen at once, and an answer within three seconds without it."""

from __future__ import annotations

import asyncio
from typing import Any

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from tests.graphql.city import ENTITIES, LINKS
from tests.graphql.commands.test_mutation import END, OPENED, SET, UPSERT, holders, opened, refused, repair
from tests.graphql.conftest import Api, client_of
from tests.neo4j.proxy import FaultProxy
from tests.neo4j.test_faults import WITHIN, port_of


async def sent(api: Api, document: str, **input: Any) -> dict[str, Any]:
    (payload,) = (await api.data(document, input=input)).values()
    assert payload.pop("userErrors") == []
    return dict(payload)


async def test_changes_on_neo4j_and_through_its_outage(neo4j_store: Neo4jStore) -> None:
    await neo4j_store.begin_load("city")
    await neo4j_store.stage("city", GraphBatch(entities=[*ENTITIES], relationships=[*LINKS]))
    await neo4j_store.commit_load("city")
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        store = open_store(proxy.uri)
        live = await LiveGraph.open(store)
        async with client_of(live) as client:
            api = Api(client)
            await changes_take_effect(api)
            proxy.swallow(True)
            async with asyncio.timeout(WITHIN):
                assert await api.code(SET, input=opened(requestId="r-2")) in {"STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"}
            proxy.swallow(False)
            assert (await sent(api, SET, **opened(requestId="r-2")))["revision"] == "5"
        await live.close()
        await store.close()


async def changes_take_effect(api: Api) -> None:
    first = await sent(api, SET, **opened(requestId="r-1"))
    assert await sent(api, SET, **opened(requestId="r-1")) == {**first, "repeated": True}
    (hit,) = (await api.data(OPENED))["impact"]["customers"]["nodes"]
    assert (hit["before"], hit["state"]) == ("DEGRADED", "LOST")
    assert (await refused(api, SET, **opened(expected=[{"id": "B1", "version": "1"}])))[0] == "CONFLICT"
    made = (await sent(api, UPSERT, **repair()))["assignment"]
    assert await holders(api) == ["P2"]
    await sent(api, END, id=made["id"])
    assert await holders(api) == []
