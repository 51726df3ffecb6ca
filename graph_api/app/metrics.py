"""Metrics in Prometheus' format: requests and their latency, and how the live graph stands to its store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graph_api.graphql.context import Clock
from graph_api.graphql.http.endpoint import Handled
from graph_api.live.graph import LiveGraph

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class _LiveCollector(Collector):
    """Reads the live graph's state when Prometheus asks."""

    def __init__(self, live: LiveGraph, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        status = self._live.status()
        changed_at: datetime | None = status.changed_at
        age = (self._clock() - changed_at).total_seconds() if changed_at else 0.0
        for name, text, value in (
            ("baodian_revision", "Revision that is answered from.", status.revision),
            ("baodian_revision_age_seconds", "Seconds since that revision was committed.", age),
            ("baodian_store_reachable", "1 if the store can be reached.", int(status.reachable)),
            ("baodian_entities", "Entities in the graph.", status.entities),
            ("baodian_relationships", "Relationships in the graph.", status.relationships),
        ):
            yield GaugeMetricFamily(name, text, value)


class Metrics:
    """Counts of one application, apart from those of any other in the process."""

    def __init__(self, live: LiveGraph, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "baodian_requests_total",
            "GraphQL requests by root field, kind and outcome (ok or error code).",
            ("operation", "kind", "outcome"),
            registry=self.registry,
        )
        self.latency = Histogram(
            "baodian_request_seconds",
            "Time to answer a GraphQL request, by root field.",
            ("operation",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_LiveCollector(live, clock))

    def observe(self, handled: Handled) -> None:
        """Count one request."""
        self.requests.labels(handled.operation, handled.kind, handled.outcome).inc()
        self.latency.labels(handled.operation).observe(handled.seconds)

    def page(self) -> bytes:
        """What Prometheus reads."""
        return generate_latest(self.registry)
