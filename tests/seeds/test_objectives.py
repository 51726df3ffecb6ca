"""Plans of the demo city by what they look for first: each is the best of all at that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.restoration.growing import Objective
from schema.batch import GraphBatch
from schema.numbers import Revision
from tests.events import plans_for

AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("thing", ["LJ:BUS:S1:1", "LJ:BUS:S2:1", "LJ:BUS:S3:2"])
def test_no_plan_feeds_more_than_the_one_for_most_power(city: GraphBatch, thing: str) -> None:
    """LJ:BUS:S1:1: 12,194 kW stood beside 12,558 kW of the plan with the fewest operations."""
    snapshot = Snapshot.of(city.entities, city.relationships, revision=Revision(1), changed_at=AT)
    model = ReadModel.build(snapshot)
    plans = plans_for(model, [model.graph.index(thing)], AT)
    kw = {each.objective: each.kw for each in plans}
    assert len(kw) == len(plans)
    assert max(kw.values()) == kw.get(Objective.MOST_POWER, plans[0].kw)
