"""Log-in of browsers at the identity provider: there from GET /login/provider, and back to GET /login/callback."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from graph_api.access.audit import LOG_IN
from graph_api.access.code_flow import LIFE_S, CodeFlow
from graph_api.access.entrance import Entrance
from graph_api.app.journal import Journal
from graph_api.app.log_in import address_of, refuse_in_the_clear, refused, with_cookie
from graph_api.errors import StoreError, Unauthenticated
from graph_api.graphql.http.requests import BadRequest
from graph_api.graphql.http.shown import cookie_name, cookies_of, is_over_tls, shown_of
from schema.words import accepted, say, speaking

CALLBACK = "/login/callback"


class ProviderLogIn:
    """Answers of log-in at the provider."""

    def __init__(self, entrance: Entrance, flow: CodeFlow, journal: Journal) -> None:
        self._entrance = entrance
        self._journal = journal
        self._flow = flow

    @property
    def routes(self) -> list[Route]:
        """Where they are asked."""
        return [
            Route("/login/provider", self._go, methods=["GET"], include_in_schema=False),
            Route(CALLBACK, self._come_back, methods=["GET"], include_in_schema=False),
        ]

    async def _go(self, request: Request) -> Response:
        with speaking(accepted(request.headers.get("accept-language"))):
            try:
                refuse_in_the_clear(request)
                begun = self._flow.begin(f"{request.url.scheme}://{request.url.netloc}{CALLBACK}")
            except BadRequest as error:
                return refused(error.status, error.error, error.headers)
            except StoreError as error:
                return refused(503, error, {"Retry-After": "10"})
            answer = RedirectResponse(begun.address, 303)
            # Lax: the browser comes back from another site
            answer.set_cookie(
                _pending(request), begun.cookie, int(LIFE_S), path="/", secure=is_over_tls(request), httponly=True,
                samesite="lax",
            )  # fmt: skip
            return answer

    async def _come_back(self, request: Request) -> Response:
        with speaking(accepted(request.headers.get("accept-language"))):
            said, pending = request.query_params, cookies_of(request, _pending(request))
            try:
                refuse_in_the_clear(request)
                if len(pending) != 1 or len(said) < len(said.multi_items()):
                    raise Unauthenticated(say("Log-in at the identity provider did not succeed. Begin again."))
                begun, principal = await self._entrance.come_back(
                    pending[0], said.get("state", ""), said.get("code", ""), said.get("iss")
                )
            except BadRequest as error:
                return refused(error.status, error.error, error.headers)
            except Unauthenticated as error:
                return refused(401, error)
            except StoreError as error:
                return refused(503, error, {"Retry-After": "1"})
            for old in shown_of(request).cookies:
                self._entrance.sessions.end(old)
            await self._journal.tell(LOG_IN, "provider", principal, address_of(request))
            answer = with_cookie(request, RedirectResponse("/graphql", 303), begun)
            answer.delete_cookie(_pending(request), path="/", secure=is_over_tls(request), httponly=True)
            return answer


def _pending(request: Request) -> str:
    """What the cookie of a log-in under way is called."""
    return f"{cookie_name(request)}-login"
