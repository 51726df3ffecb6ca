"""Lists of the present over HTTP: totals, filters, and what each row says."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api

OUT = """
query Out($filter: CustomersOutFilter, $switches: SwitchFilter) {
  customersOut(filter: $filter) { totalCount nodes {
    customer { id } state loadsFed unfedKw onEmergencySource awaitingTransfer { doer }
    liveSources { id } lostSources { id }
  } }
  switchesOffNormal(filter: $switches) { totalCount nodes {
    switch { id } normal position since by source feeders { id }
    openPoint { switch { id } feeders { id } sides { node { id } energised spareKw spareA feeders { id } } }
  } }
  openPoints(filter: $switches) { totalCount nodes { switch { id } feeders { id } } }
}
"""
SET = """
mutation Set($input: SetSwitchPositionInput!) { setSwitchPosition(input: $input) { userErrors { message } } }
"""


async def test_nobody_is_out_and_nothing_stands_off_normal(api: Api) -> None:
    found = await api.data(OUT)
    assert (found["customersOut"]["totalCount"], found["switchesOffNormal"]["totalCount"]) == (0, 0)


async def test_who_is_out_after_a_switch_was_opened_and_by_whom(api: Api) -> None:
    report = {"switch": "B1", "position": "OPEN", "by": "王调度", "source": "遥信"}
    assert (await api.data(SET, input=report))["setSwitchPosition"]["userErrors"] == []
    found = await api.data(OUT)
    (hit,) = found["customersOut"]["nodes"]
    assert (hit["customer"]["id"], hit["state"]) == ("C1", "DEGRADED")
    assert [each["id"] for each in hit["liveSources"]] == ["M2"]
    assert [each["id"] for each in hit["lostSources"]] == ["M1"]
    (switch,) = found["switchesOffNormal"]["nodes"]
    assert (switch["switch"]["id"], switch["normal"], switch["position"]) == ("B1", "CLOSED", "OPEN")
    assert (switch["by"], switch["source"]) == ("王调度", "遥信")
    assert switch["since"] is not None
    assert sorted(side["energised"] for side in switch["openPoint"]["sides"]) == [False, True]
    assert [each["switch"]["id"] for each in found["openPoints"]["nodes"]] == ["B1"]
    lost = await api.data(OUT, filter={"states": ["LOST"]})
    assert lost["customersOut"]["totalCount"] == 0


@pytest.mark.parametrize("field", ["customersOut", "switchesOffNormal", "openPoints"])
async def test_an_unknown_container_is_a_typed_error(api: Api, field: str) -> None:
    answer = await api.ask(f'{{ {field}(filter: {{within: "nobody"}}) {{ totalCount }} }}', None)
    assert answer["data"] == {field: None}
    assert answer["errors"][0]["extensions"]["code"] == "UNKNOWN_ENTITY"
