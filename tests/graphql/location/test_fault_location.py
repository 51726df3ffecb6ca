"""Fault location over HTTP."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api

LOCATE = """
query Where($evidence: [EvidenceInput!]!) {
  locateFault(evidence: $evidence) {
    finding revision asOf at rest noFault multiple oneCause temporary
    candidates(first: 3) { totalCount pageInfo { hasNextPage endCursor } nodes {
      rank probability refusedDevices opens { id } dependsOn { id }
      evidenceFor { key kind positive things { id } } evidenceAgainst { key }
      sections { probability fromMetres toMetres lengthMetres ownership equipmentCount
                 equipment(first: 2) { id } between { id } }
    } }
    inside { customer { id } probability }
    nextCheck { kind thing { id } bits probability minutes remote }
    explained { key source recorded } contradicted { key }
    contradictions { kind says { key source at } denies { key source recorded } }
    setAside {
      because { switch { id } at by source }
      evidence { key at } reason message text zh: text(lang: ZH) en: text(lang: EN)
    }
  }
}
"""


async def test_where_the_fault_can_be(api: Api) -> None:
    evidence = [{"kind": "METER", "things": ["C1"], "key": "m1"}, {"kind": "PATROL", "things": ["L1"], "key": "p1"}]
    found = (await api.data(LOCATE, evidence=evidence))["locateFault"]
    best = found["candidates"]["nodes"][0]
    assert best["rank"] == 1
    assert 0 < best["probability"] <= 1
    assert {each["key"] for each in (*found["explained"], *found["contradicted"])} == {"m1", "p1"}
    assert {each["key"] for each in (*best["evidenceFor"], *best["evidenceAgainst"])} == {"m1", "p1"}
    assert best["sections"][0]["equipmentCount"] >= 1
    total = sum(each["probability"] for each in found["candidates"]["nodes"])
    assert total + found["rest"] + found["noFault"] <= 1.01 + found["multiple"]


async def test_pages_of_candidates(api: Api) -> None:
    query = """query P($after: String) { locateFault(evidence: [{kind: METER, things: ["C1"]}]) {
        candidates(first: 1, after: $after) { nodes { rank } pageInfo { hasNextPage endCursor } } } }"""
    ranks, after = [], None
    while True:
        page = (await api.data(query, after=after))["locateFault"]["candidates"]
        ranks += [each["rank"] for each in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert ranks == list(range(1, len(ranks) + 1))


async def test_unknown_things_are_set_aside(api: Api) -> None:
    evidence = [
        {"kind": "METER", "things": ["C1"], "key": "good"},
        {"kind": "TRIP", "things": ["nobody"], "key": "bad"},
        {"kind": "INDICATOR", "things": ["L1"], "towards": "nowhere", "key": "aimless"},
        {"kind": "INDICATOR", "things": ["L1"], "at": "2999-01-01T00:00:00Z", "key": "later"},
    ]
    found = (await api.data(LOCATE, evidence=evidence))["locateFault"]
    aside = {each["evidence"]["key"]: each["reason"] for each in found["setAside"]}
    assert aside == {"bad": "UNKNOWN_THING", "aimless": "UNKNOWN_THING", "later": "FUTURE"}
    for each in found["setAside"]:
        assert each["message"] == each["en"]
        assert each["text"] == each["zh"] != each["en"]


@pytest.mark.parametrize(
    "evidence",
    [
        [{"kind": "TRIP", "things": ["nobody"]}],
        [{"kind": "TRIP", "things": []}],
        [{"kind": "TRIP", "things": ["C1"]}],
        [{"kind": "CALL", "things": ["x" * 5000]}],
    ],
)
async def test_nothing_to_go_by_is_bad_input(api: Api, evidence: list[object]) -> None:
    assert await api.code(LOCATE, evidence=evidence) == "BAD_INPUT"


async def test_a_direction_is_a_node_of_the_equipment(api: Api) -> None:
    query = """{ locateFault(evidence: [{kind: METER, things: ["C1"]},
        {kind: INDICATOR, things: ["L1"], towards: "L1", reclosed: false}]) { setAside { reason message } } }"""
    (aside,) = (await api.data(query))["locateFault"]["setAside"]  # the line itself is no end of it
    assert aside["reason"] == "NOT_SUCH_A_THING"
    assert "no end of L1" in aside["message"]


async def test_nothing_reported_is_no_evidence_of_a_fault(api: Api) -> None:
    found = (await api.data(LOCATE, evidence=[]))["locateFault"]
    assert (found["finding"], found["candidates"]["nodes"], found["nextCheck"]) == ("NO_EVIDENCE", [], [])


async def test_two_sources_that_differ_are_told(api: Api) -> None:
    said = {"kind": "METER", "things": ["C1"], "source": " 用采系统 ", "key": "m"}
    denied = {"kind": "METER", "things": ["C1"], "positive": False, "source": "客户经理", "key": "n"}
    found = (await api.data(LOCATE, evidence=[said, denied]))["locateFault"]
    (one,) = found["contradictions"]
    assert (one["kind"], one["says"]["source"], one["denies"]["source"]) == ("SAME_THING", "用采系统", "客户经理")


async def test_a_check_says_how_by_whom_and_what_it_tells(api: Api) -> None:
    query = """query($evidence: [EvidenceInput!]!) { locateFault(evidence: $evidence) { nextCheck {
      kind thing { id } enquiry doer doneBy { role gap } bits ifYes ifNo harm bitsPerMinute
      tells because(lang: EN) } } }"""
    found = (await api.data(query, evidence=[{"kind": "METER", "things": ["C1"]}]))["locateFault"]
    assert found["nextCheck"]
    for each in found["nextCheck"]:
        assert each["doneBy"]["role"] == each["doer"]
        assert each["harm"] == "NONE"
        assert each["ifNo"] < each["ifYes"]
        assert "nobody is switched off" in each["because"]
        assert "故障" in each["tells"]
