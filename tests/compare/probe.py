"""Runs inside one tree: `python -P probe.py STORE NOW TREE`. One request a line on stdin, one answer a line on stdout.

It stands alone: of the project it imports what the tree on PYTHONPATH has, and nothing of tests.

Request:  {"id", "method", "target", "headers", and either "body" or "query", "variables", "operationName";
          "follow" = path of a pageInfo: ask on with its endCursor as variable `after`, at most "pages" times;
          "takes" = {variable: [id of an earlier request, path...]}; "keep" = its answer is taken from later;
          "now" = the time from here on}
Answers:  {"id", "page", "status", "headers", "body"}, one per page, then {"id", "done": true}
Bodies are text in which bytes that are no UTF-8 stand as lone surrogates.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

ASSEMBLY = "graph_api.app.assembly"
Clock = Callable[[], datetime]
Json = dict[str, Any]


@asynccontextmanager
async def served_by_create_app(store_url: str, clock: Clock) -> AsyncIterator[Any]:
    """The application where `create_app(settings, live, clock)` wires an open live graph."""
    from graph_api.settings import Settings
    from graph_api.stores import open_store

    app: Any = import_module("graph_api.app")
    live_graph: Any = import_module("graph_api.live").LiveGraph
    store = open_store(store_url)
    try:
        live = await live_graph.open(store, clock=clock)
        try:
            yield app.create_app(Settings(store=store_url), live, clock)
        finally:
            await live.close()
    finally:
        await store.close()


@asynccontextmanager
async def served_by_assemble(store_url: str, clock: Clock) -> AsyncIterator[Any]:
    """The application where `async with assemble(settings, clock=...)` opens everything, and `asgi` is its web side."""
    from graph_api.settings import Settings

    assembly: Any = import_module(ASSEMBLY)
    async with assembly.assemble(Settings(store=store_url), clock=clock) as application:
        yield application.asgi


def wiring() -> Callable[[str, Clock], Any]:
    """How this tree is wired."""
    if find_spec(ASSEMBLY) is not None:
        return served_by_assemble
    if hasattr(import_module("graph_api.app"), "create_app"):
        return served_by_create_app
    raise SystemExit(f"There is neither {ASSEMBLY} nor graph_api.app.create_app: write an adapter for it in probe.py.")


class Asker:
    """Sends requests to an application and remembers the answers that later requests take from."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._kept: dict[str, Any] = {}

    async def answers(self, request: Json) -> AsyncIterator[Json]:
        """The answer, and those of the pages that follow."""
        variables = dict(request.get("variables") or {})
        for name, (source, *path) in (request.get("takes") or {}).items():
            variables[name] = found_at(self._kept.get(source), path)
        for page in range(1, int(request.get("pages", 1)) + 1):
            answer = await self._ask(request, variables)
            yield {"id": request["id"], "page": page, **answer}
            body = parsed(answer["body"])
            if request.get("keep") and page == 1:
                self._kept[request["id"]] = body
            where = found_at(body, request.get("follow") or ()) if request.get("follow") else None
            if not isinstance(where, dict) or not where.get("hasNextPage"):
                return
            variables["after"] = where["endCursor"]

    async def _ask(self, request: Json, variables: Json) -> Json:
        headers, body = dict(request.get("headers") or {}), request.get("body")
        if body is None and "query" in request:
            asked = {"query": request["query"], "variables": variables}
            if request.get("operationName") is not None:
                asked["operationName"] = request["operationName"]
            body = json.dumps(asked, ensure_ascii=False)
            headers.setdefault("content-type", "application/json")
        content = None if body is None else body.encode("utf-8", "surrogateescape")
        response = await self._client.request(request["method"], request["target"], headers=headers, content=content)
        return {
            "status": response.status_code,
            "headers": sorted(response.headers.multi_items()),
            "body": response.content.decode("utf-8", "surrogateescape"),
        }


def parsed(body: str) -> Any:
    """A body as JSON; None if it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def found_at(value: Any, path: Any) -> Any:
    """What stands at a path of a JSON value; None if nothing does."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


async def serve(store: str, now: str, tell: Callable[[Json], None]) -> None:
    """Open the store, say so, then answer request by request until stdin ends."""
    current = datetime.fromisoformat(now)
    async with wiring()(f"sqlite:///{store}", lambda: current) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            asker = Asker(client)
            tell({"ready": True})
            while line := await asyncio.to_thread(sys.stdin.readline):
                request = json.loads(line)
                current = datetime.fromisoformat(request["now"]) if request.get("now") else current
                async for answer in asker.answers(request):
                    tell(answer)
                tell({"id": request["id"], "done": True})


def main() -> None:
    """Check that it is this tree that is asked, then serve."""
    import graph_api

    store, now, tree = sys.argv[1:]
    found = Path(str(graph_api.__file__)).resolve()
    if not found.is_relative_to(Path(tree).resolve()):
        raise SystemExit(f"graph_api comes from {found}, not from {tree}: something precedes it on the path.")
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr  # whatever else is printed is no answer

    def tell(message: Json) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    asyncio.run(serve(store, now, tell))


if __name__ == "__main__":
    main()
