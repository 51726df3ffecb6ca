"""Public areas and other loads in the API: who is dark and is no customer on record."""

from __future__ import annotations

from graph_api.graphql.projection import shown, shows
from graph_api.services.outage import counting


@shows(
    counting.Areas,
    description="停电台区: 停电的公用台区，以数量、户数和负荷计。 Public distribution areas that are dark, in numbers.",
)
class Areas:
    """Public areas."""

    count: int = shown("台区数: 停电台区数，为准确值。 How many, exact.")
    households: int = shown("户数: 所带户数。 Households that they stand for.")
    kw: float = shown("负荷: 已知负荷合计，单位为 kW。 Their power, as far as it is known. [kW]")


@shows(
    counting.OtherLoads,
    description="其他停电负荷: 既无客户档案也无户数的停电负荷。 Loads that are dark and of which neither a customer "
    "nor households are recorded.",
)
class OtherLoads:
    """Other loads."""

    count: int = shown("数量: 负荷个数，为准确值。 How many, exact.")
    kw: float = shown("负荷: 已知负荷合计，单位为 kW。 Their power, as far as it is known. [kW]")
