"""Things of the graph and their relationships, through the API."""

from __future__ import annotations

from tests.graphql.conftest import Api


async def test_a_thing_by_its_id(api: Api) -> None:
    data = await api.data(
        """{ node(id: "B1") { __typename id ... on Entity { kind name label en: label(lang: EN) version
             identifiers { system key } } ... on Switch { currentPosition normalPosition position }
             ... on Breaker { containedIn { id } connectivityNodes { id } } } }"""
    )
    assert data["node"] == {
        "__typename": "Breaker",
        "id": "B1",
        "kind": "BREAKER",
        "name": "滨江一线911开关",
        "label": "断路器 滨江一线911开关",
        "en": "Breaker 滨江一线911开关",
        "version": "7",
        "identifiers": [{"system": "SCADA", "key": "911"}],
        "currentPosition": "CLOSED",
        "normalPosition": "CLOSED",
        "position": None,
        "containedIn": [{"id": "FD1"}],
        "connectivityNodes": [{"id": "n0"}, {"id": "n1"}],
    }


async def test_a_merged_id_leads_on_and_an_unknown_one_to_null(api: Api) -> None:
    data = await api.data('{ nodes(ids: ["C1-OLD", "nothing", "C1"]) { id } }')
    assert data["nodes"] == [{"id": "C1"}, None, {"id": "C1"}]


async def test_where_a_fact_comes_from(api: Api) -> None:
    query = "query ($id: ID!) { node(id: $id) { ... on Entity { sources { system file row field asOf } } } }"
    b1 = (await api.data(query, id="B1"))["node"]["sources"]
    assert b1 == [
        {"system": "PMS", "file": "switches.csv", "row": 3, "field": None, "asOf": "2026-07-30T06:00:00+00:00"},
        {"system": "GIS", "file": "lines.csv", "row": 7, "field": "name", "asOf": None},
    ]
    assert (await api.data(query, id="B2"))["node"]["sources"][0]["system"] is None, "an unknown load is said to be so"
    assert (await api.data(query, id="C1"))["node"]["sources"] == [], "entered by hand"


async def test_a_customer_as_a_front_end_reads_it(api: Api) -> None:
    data = await api.data(
        """{ node(id: "C1") { ... on Customer { importance contractKva sites { address }
             receivingPoints { id supplySources { id role ledgerFeeder { name } } site { name } customer { id } }
             plan { name currentVersion { versionNumber procedures { title state steps { order text role } } }
                    versions { versionNumber } subject { id } } } } }"""
    )
    customer = data["node"]
    assert customer["importance"] == "FIRST"
    assert customer["contractKva"] == 2500
    (point,) = customer["receivingPoints"]
    assert [each["id"] for each in point["supplySources"]] == ["M1", "M2"]
    assert point["supplySources"][0]["ledgerFeeder"] == {"name": "10kV 滨江一线"}
    assert point["supplySources"][1]["ledgerFeeder"] is None
    plan = customer["plan"]
    assert [each["versionNumber"] for each in plan["versions"]] == [1, 2, 3]
    assert plan["currentVersion"]["versionNumber"] == 2, "a draft is not current"
    (procedure,) = plan["currentVersion"]["procedures"]
    assert procedure == {
        "title": "失电处置",
        "state": "LOST",
        "steps": [
            {"order": 1, "text": "电话告知客户", "role": "CUSTOMER_MANAGER"},
            {"order": 2, "text": "启动应急发电", "role": None},
        ],
    }


async def test_contacts_are_in_order_of_calling(api: Api) -> None:
    data = await api.data(
        '{ node(id: "P1") { ... on Person { contacts { value contactType verifiedOn } memberOf { name } } } }'
    )
    assert data["node"]["contacts"] == [
        {"value": "+8657188880000", "contactType": "DUTY_PHONE", "verifiedOn": "2026-06-01"},
        {"value": "+8613912345678", "contactType": "MOBILE", "verifiedOn": None},
    ]
    assert data["node"]["memberOf"] == [{"name": "滨江配电抢修班"}]


async def test_vocabulary_has_labels_and_sources(api: Api) -> None:
    data = await api.data("{ vocabulary { name terms { code zh en source } } }")
    terms = {each["name"]: each["terms"] for each in data["vocabulary"]}
    assert {"code": "FIRST", "zh": "一级重要电力用户", "en": "first class", "source": "GB/T 29328-2018"} in terms[
        "Importance"
    ]
    assert "RelationshipKind" in terms


async def test_state_of_the_graph(api: Api) -> None:
    data = await api.data(
        "{ graph { revision asOf ageSeconds entities relationships kinds { kind count } store { reachable }"
        " freshness { system files asOf } } }"
    )
    graph = data["graph"]
    assert (graph["revision"], graph["ageSeconds"], graph["store"]) == ("7", 0.0, {"reachable": True})
    assert {"kind": "PERSON", "count": 4} in graph["kinds"]
    assert [each["system"] for each in graph["freshness"]] == ["GIS", "PMS"]


async def test_search_paths_and_neighbourhood(api: Api) -> None:
    data = await api.data(
        """{ search(text: "shiyiyiyuan", kinds: [CUSTOMER, SUPPLY_SOURCE]) {
               totalCount truncated nodes { entity { id name } field matched score } }
             paths(from: "C1", to: "SUB:1", maxHops: 6, first: 1) {
               truncated nodes { length entities { id } relationships { kind source { id } target { id } } } }
             neighbourhood(of: "B1", hops: 1, via: [CONNECTS]) {
               entities { id } distances truncated relationships { kind key target { id } } } }"""
    )
    assert "M1" in {hit["entity"]["id"] for hit in data["search"]["nodes"]}
    (path,) = data["paths"]["nodes"]
    assert path["entities"][0] == {"id": "C1"}
    assert path["entities"][-1] == {"id": "SUB:1"}
    assert path["length"] == len(path["relationships"]) == len(path["entities"]) - 1
    assert data["neighbourhood"] == {
        "entities": [{"id": "B1"}, {"id": "n0"}, {"id": "n1"}],
        "distances": [0, 1, 1],
        "truncated": False,
        "relationships": [
            {"kind": "CONNECTS", "key": "1", "target": {"id": "n0"}},
            {"kind": "CONNECTS", "key": "2", "target": {"id": "n1"}},
        ],
    }
