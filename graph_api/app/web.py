"""The web application: console, /graphql, /healthz, /readyz, /metrics, headers, the log and metrics of requests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from graph_api import __version__
from graph_api.access.entrance import Identify
from graph_api.app.console_pages import ConsolePages
from graph_api.app.gate import Gate
from graph_api.app.metrics import Metrics
from graph_api.app.security import SecurityHeaders
from graph_api.app.workers.pool import Workers
from graph_api.graphql.context import Clock
from graph_api.graphql.execution.operations import Operations
from graph_api.graphql.execution.outward import without_folders
from graph_api.graphql.http.endpoint import Endpoint, Handled
from graph_api.graphql.http.graphiql import ASSETS, page
from graph_api.graphql.http.socket import Sockets
from graph_api.graphql.push.hub import Hub
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings, zone_of

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""Methods that the endpoint answers itself, if only by saying which ones it takes."""

PACKED_FROM = 8_192
"""Bytes from which on an answer is packed for a client that takes gzip; packing costs about 1 ms for 100 kB."""

log = logging.getLogger("baodian.requests")


def web_application(
    settings: Settings,
    live: LiveGraph,
    operations: Operations,
    hub: Hub,
    workers: Workers,
    clock: Clock,
    identify: Identify,
    log_in: Sequence[BaseRoute] = (),
) -> FastAPI:
    """The web application over a live graph, which stays the caller's to close.

    `identify` as Endpoint's; `log_in`: where browsers log in.
    """
    app = FastAPI(title="Baodian 保电", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    metrics = Metrics(live, clock, operations.executor.lanes.queue, lambda: len(hub), operations.elevations, workers)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-request-id", "x-min-revision", "if-none-match"],
            expose_headers=["x-request-id", "x-revision", "etag"],
        )
    app.add_middleware(GZipMiddleware, minimum_size=PACKED_FROM, compresslevel=1)
    app.add_middleware(Gate, hosts={*settings.allowed_hosts, settings.host}, origins=settings.cors_origins)
    app.add_middleware(SecurityHeaders, cross_origin=bool(settings.cors_origins))
    endpoint = _endpoint(settings, operations, hub, metrics.observe, identify)
    app.router.add_route("/graphql", endpoint.answer, methods=METHODS, include_in_schema=False)
    sockets = Sockets(operations, hub, identify, settings.max_body_bytes)
    app.router.add_websocket_route("/graphql", sockets.answer)
    app.router.routes.extend(log_in)
    _add_operations(app, live, metrics, workers, clock if settings.clock_file else None)
    if settings.console:
        app.router.routes.extend(ConsolePages(zone_of(settings.time_zone)).routes)
    if settings.graphiql:
        app.mount("/assets", StaticFiles(directory=ASSETS))
    if settings.graphiql and not settings.console:
        app.router.add_route("/", _to_graphql, methods=["GET"], include_in_schema=False)
    return app


def _endpoint(
    settings: Settings, operations: Operations, hub: Hub, count: Callable[[Handled], None], identify: Identify
) -> Endpoint:
    def observe(handled: Handled) -> None:
        count(handled)
        facts = {
            "request_id": handled.request_id,
            "actor": handled.actor,
            "origin": handled.origin,
            "operation": handled.operation,
            "outcome": handled.outcome,
            "status": handled.status,
            "ms": round(handled.seconds * 1000, 2),
            "revision": handled.revision,
        }
        log.info("request", extra={"facts": facts})

    return Endpoint(
        operations=operations,
        hub=hub,
        identify=identify,
        page=page if settings.graphiql else None,
        observe=observe,
        max_body=settings.max_body_bytes,
        min_revision_wait=settings.min_revision_wait,
    )


def _add_operations(app: FastAPI, live: LiveGraph, metrics: Metrics, workers: Workers, rehearsal: Clock | None) -> None:
    async def healthz(request: Request) -> Response:  # noqa: ARG001  (called by starlette)
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:  # noqa: ARG001
        status = live.status()
        store: dict[str, object] = {"reachable": status.reachable}
        if status.last_error is not None:
            store["lastError"] = without_folders(status.last_error)
        if status.write_trouble is not None:
            store["writeTrouble"] = without_folders(status.write_trouble)
        body = {"ready": status.ready, "revision": str(status.revision), "store": store}
        for name, (at_work, of, _) in (("workers", workers.quick()), ("heavyProcesses", workers.heavy())):
            body[name] = {"ready": at_work, "of": of}
        if rehearsal is not None:
            body["rehearsal"] = {"now": rehearsal().isoformat()}
        if not status.ready:
            body["waitsFor"] = "store"
        return JSONResponse(body, 200 if status.ready else 503)

    async def read_metrics(request: Request) -> Response:  # noqa: ARG001
        return Response(metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", read_metrics)):
        app.router.add_route(path, answer, methods=["GET"], include_in_schema=False)


async def _to_graphql(request: Request) -> Response:  # noqa: ARG001
    return RedirectResponse("/graphql", 307)
