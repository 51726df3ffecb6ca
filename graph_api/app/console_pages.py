"""Where browsers get the console: the page at `/`, and its files, kept for ever at an address of their digest."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graph_api.console.site import Held, address, site
from graph_api.graphql.http.tags import is_held

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types"
)
"""Only what this server serves: no script or style within the page, nothing made of text, no other address."""
FOR_EVER = "public, max-age=31536000, immutable"


class ConsolePages:
    """Answers of the console, whose clocks show the time of `zone`."""

    def __init__(self, zone: str) -> None:
        self._page = site().page_for(zone)
        self._tag = f'"{hashlib.sha256(self._page.encode()).hexdigest()[:16]}"'

    @property
    def routes(self) -> list[Route]:
        """Where they are asked."""
        return [
            Route("/", self._show, methods=["GET"], include_in_schema=False),
            Route(f"{address('{digest}')}/{{name:path}}", self._file, methods=["GET"], include_in_schema=False),
        ]

    async def _show(self, request: Request) -> Response:
        headers = {"ETag": self._tag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
        if is_held(request, self._tag):
            return Response(status_code=304, headers=headers)
        return Response(self._page, headers=headers, media_type="text/html")

    async def _file(self, request: Request) -> Response:
        held = site().files.get(request.path_params["name"])
        digest = request.path_params["digest"]
        if held is None or digest != site().digest:
            return PlainTextResponse("not found\n", 404)
        headers = {"ETag": f'"{digest}"', "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        if is_held(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return _sent(request, held, headers)


def _sent(request: Request, held: Held, headers: dict[str, str]) -> Response:
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(held.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=held.media)
    return Response(held.plain, headers=headers, media_type=held.media)
