"""Impacts all over the demo city, judged: who is hit, how badly, in which order, and what trips.

Nothing expected here was made by the product.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.event import Cause, Event
from schema.entity import Entity
from schema.numbers import Revision
from schema.relationships import Relationship
from seeds import generator
from tests.judged.impact import judged
from tests.truth.from_schema import net_of
from tests.truth.net import Net

AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
OF_EACH_KIND = 4
"""Pieces of equipment of each kind that are opened and faulted; those of a seed that is printed when it fails."""
SEED = 20_261_126


@pytest.fixture(scope="module")
def city() -> tuple[ReadModel, Net]:
    entities: list[Entity] = []
    relationships: list[Relationship] = []
    for batch in generator.batches(today=date(2026, 11, 23)):
        entities += batch.entities
        relationships += batch.relationships
    model = ReadModel.build(Snapshot.of(entities, relationships, revision=Revision(1), changed_at=AT))
    return model, net_of(entities, relationships)


@pytest.mark.slow
@pytest.mark.parametrize("cause", [Cause.FAULTED, Cause.OPENED])
def test_the_demo_city_is_as_the_model_says(city: tuple[ReadModel, Net], cause: Cause) -> None:
    model, net = city
    chosen = random.Random(SEED)
    kinds: dict[str, list[str]] = {}
    for name, piece in sorted(net.pieces.items()):
        kinds.setdefault(piece.kind.value, []).append(name)
    asked = [name for names in kinds.values() for name in chosen.sample(names, min(OF_EACH_KIND, len(names)))]
    assert len(asked) > 10 * OF_EACH_KIND / 2
    wrong = {
        name: [str(each) for each in found]
        for name in asked
        if (found := judged(model, net, Event(things=(model.graph.index(name),), at=AT, cause=cause)))
    }
    assert wrong == {}, f"seed {SEED}"
