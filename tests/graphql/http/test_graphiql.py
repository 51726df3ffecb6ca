"""The GraphiQL page: opens with a question that can be asked, from this server alone."""

from __future__ import annotations

import json
import re

from graphql import parse

from graph_api.graphql.http.graphiql import ASSETS, example_equipment, page, question
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.snapshot import Snapshot
from loaders.drawing import batch
from schema.grid import Disconnector
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.conftest import Api, client_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_a_browser_gets_the_page_and_all_it_needs(api: Api) -> None:
    response = await api.http.get("/graphql", headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    needed = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert len(needed) == 3
    for address in needed:
        assert not address.startswith(("http", "//")), "nothing from the internet"
        asset = await api.http.get("/" + address)
        assert asset.status_code == 200
        assert asset.headers["cache-control"] == "no-cache"


async def test_the_page_asks_about_a_device_of_this_graph(api: Api) -> None:
    response = await api.http.get("/graphql", headers=BROWSER)
    found = re.search(r'id="variables">(.*?)</script>', response.text, re.DOTALL)
    assert found is not None
    assert json.loads(found[1]) == {"equipment": ["FD1"]}
    assert question() in response.text
    assert {each.name.value for each in parse(question()).definitions} == {"Incident", "Find"}  # type: ignore[attr-defined]


def test_without_feeders_any_switch_serves_as_an_example() -> None:
    assert example_equipment(Snapshot.of([Disconnector(id="</script>")], [])) == "</script>"
    assert "\\u003c/script>" in bytes(page(Snapshot.of([Disconnector(id="</script>")], [])).body).decode()
    assert example_equipment(Snapshot.of([], [])) is None
    assert '"equipment": []' in bytes(page(Snapshot.of([], [])).body).decode()


def test_the_example_is_the_feeder_with_most_at_stake() -> None:
    drawn = batch(
        """
        F1 = CB1
        F2 = CB2
        G1 - B1 - CB1 - S1>C1 - IB1 - LD1
        B1 - CB2 - S2>C2 - IB2 - LD2
        LD1 @ C1.1
        LD2 @ C2.1
        """,
        LD2={"permitted_interruption_s": 60.0},
    )
    ledger = [Relationship(kind=RelationshipKind.FROM_FEEDER, source=f"S{at}", target=f"F{at}") for at in (1, 2)]
    assert example_equipment(Snapshot.of(drawn.entities, [*drawn.relationships, *ledger])) == "F2"
    assert example_equipment(Snapshot.of(drawn.entities, drawn.relationships)) == "F1"


async def test_a_query_in_the_address_is_answered_not_shown(api: Api) -> None:
    response = await api.http.get("/graphql", params={"query": "{ graph { revision } }"}, headers=BROWSER)
    assert response.json() == {"data": {"graph": {"revision": "7"}}}


async def test_it_can_be_left_out(live: LiveGraph) -> None:
    async with client_of(live, graphiql=False, console=False) as client:
        assert (await client.get("/graphql", headers=BROWSER)).status_code == 400
        assert (await client.get("/")).status_code == 404
        assert (await client.get("/assets/graphiql.js")).status_code == 404


def test_licences_of_what_is_bundled_are_there() -> None:
    text = (ASSETS / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("graphiql 3", "react 18", "codemirror 5", "graphql 16"):
        assert name in text
