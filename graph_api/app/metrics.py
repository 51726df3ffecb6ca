"""Metrics in Prometheus' format: requests and their latency, and how the live graph stands to its store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graph_api.access.elevations import Elevations
from graph_api.app.workers.pool import Workers
from graph_api.graphql.context import Clock
from graph_api.graphql.execution.lanes import Queue
from graph_api.graphql.execution.query_executor import GENERATED
from graph_api.graphql.http.endpoint import Handled
from graph_api.live.graph import LiveGraph
from graph_api.live.tally import Spent

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


COMMIT = "commit"
"""Work of the live graph that goes to the store; all other work builds models."""


class _StateCollector(Collector):
    """Reads the state of the live graph and of the executor when Prometheus asks."""

    def __init__(
        self,
        live: LiveGraph,
        clock: Clock,
        queue: Callable[[], Queue],
        subscribers: Callable[[], int],
        elevations: Elevations,
        workers: Workers,
    ) -> None:
        self._live = live
        self._clock = clock
        self._queue = queue
        self._subscribers = subscribers
        self._elevations = elevations
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        status, queue = self._live.status(), self._queue()
        changed_at: datetime | None = status.changed_at
        age = (self._clock() - changed_at).total_seconds() if changed_at else 0.0
        for name, text, value in (
            ("baodian_revision", "Revision that is answered from.", status.revision),
            ("baodian_revision_age_seconds", "Seconds since that revision was committed.", age),
            ("baodian_ready", "0 while the store stands replaced or needs a newer program.", int(status.ready)),
            ("baodian_store_reachable", "1 if the store can be reached.", int(status.reachable)),
            (
                "baodian_store_writable",
                "0 if its disk is full, failing or read-only, or if it is away or replaced.",
                int(status.writable),
            ),
            (
                "baodian_snapshot_file_usable",
                "0 if the snapshot file is refused.",
                int(status.snapshot_trouble is None),
            ),
            ("baodian_foreign_edits_set_aside", "Foreign edits that cannot be taken over now.", status.set_aside),
            ("baodian_entities", "Entities in the graph.", status.entities),
            ("baodian_relationships", "Relationships in the graph.", status.relationships),
            ("baodian_follower_lag_revisions", "Revisions that the store is known to be ahead.", status.behind),
            ("baodian_follower_lag_seconds", "Seconds that it has been ahead.", status.behind_seconds),
            ("baodian_worker_threads", "Threads that answer queries.", queue.threads),
            ("baodian_worker_threads_busy", "Threads that answer a query now.", queue.busy),
            ("baodian_queries_waiting", "Queries that wait for a thread.", queue.waiting),
            ("baodian_heavy_queries_busy", "Heavy queries that are answered now.", queue.heavy_busy),
            ("baodian_heavy_queries_waiting", "Heavy queries that wait for a thread.", queue.heavy_waiting),
            ("baodian_subscribers", "Open subscriptions.", self._subscribers()),
            ("baodian_elevated", "Who may more for a stated reason now (break-glass).", len(self._elevations)),
        ):
            yield GaugeMetricFamily(name, text, value)
        yield CounterMetricFamily("baodian_elevations", "How often somebody was elevated.", self._elevations.begun)
        objects = CounterMetricFamily(
            "baodian_objects", "Objects that queries were answered with, by how they were made.", labels=("way",)
        )
        objects.add_metric(["compiled"], GENERATED.answered)
        objects.add_metric(["plain"], GENERATED.handed_over)
        yield objects
        yield from self._processes()
        yield from self._work()

    def _processes(self) -> Iterator[Metric]:
        ready = GaugeMetricFamily("baodian_processes_ready", "Processes that answer queries now.", labels=("kind",))
        of = GaugeMetricFamily("baodian_processes", "Processes that should.", labels=("kind",))
        again = CounterMetricFamily(
            "baodian_process_restarts", "How often one that ended was started again.", labels=("kind",)
        )
        for kind, count in (("quick", self._workers.quick()), ("heavy", self._workers.heavy())):
            ready.add_metric([kind], count.ready)
            of.add_metric([kind], count.of)
            again.add_metric([kind], count.restarts)
        yield from (ready, of, again)

    def _work(self) -> Iterator[Metric]:
        spent = self._live.tally.spent
        commits = spent.get(COMMIT, Spent(0, 0.0))
        yield CounterMetricFamily("baodian_store_commits", "Commits of this process.", commits.times)
        yield CounterMetricFamily("baodian_store_commit_seconds", "Seconds that they took.", commits.seconds)
        builds = CounterMetricFamily("baodian_builds", "Models and parts of them made, by work.", labels=("work",))
        seconds = CounterMetricFamily("baodian_build_seconds", "Seconds that it took.", labels=("work",))
        for work, (times, took) in spent.items():
            if work != COMMIT:
                builds.add_metric([work], times)
                seconds.add_metric([work], took)
        yield builds
        yield seconds


class Metrics:
    """Counts of one application, apart from those of any other in the process."""

    def __init__(
        self,
        live: LiveGraph,
        clock: Clock,
        queue: Callable[[], Queue],
        subscribers: Callable[[], int],
        elevations: Elevations,
        workers: Workers,
    ) -> None:
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
        self.registry.register(_StateCollector(live, clock, queue, subscribers, elevations, workers))

    def observe(self, handled: Handled) -> None:
        """Count one request."""
        self.requests.labels(handled.operation, handled.kind, handled.outcome).inc()
        self.latency.labels(handled.operation).observe(handled.seconds)

    def page(self) -> bytes:
        """What Prometheus reads."""
        return generate_latest(self.registry)
