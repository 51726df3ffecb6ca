"""The demo city at its reference size, made once."""

from __future__ import annotations

from datetime import date

import pytest

from schema.batch import GraphBatch
from seeds import generator

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def city() -> GraphBatch:
    """Everything of the city as one batch."""
    whole = GraphBatch()
    for batch in generator.batches(today=TODAY):
        whole.entities += batch.entities
        whole.relationships += batch.relationships
    return whole
