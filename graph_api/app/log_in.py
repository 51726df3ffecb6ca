"""Log-in of browsers: POST /login and /logout, and GET /session, which tells a page of ours who is logged in.

The cookie is out of reach of scripts and of other sites (`__Host-`, HttpOnly, SameSite=Strict); what changes anything,
and every question, needs the session's token beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph_api.access.accounts import DemoAccount
from graph_api.access.audit import LOG_IN, LOG_OUT
from graph_api.access.entrance import Entrance
from graph_api.access.principal import Principal
from graph_api.access.sessions import Begun, is_token
from graph_api.app.gate import is_loopback
from graph_api.app.journal import Journal
from graph_api.errors import BaodianError, Forbidden, InvalidInput, Overloaded, StoreError, Unauthenticated
from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.errors import describe
from graph_api.graphql.http.negotiation import is_json
from graph_api.graphql.http.requests import BadRequest, json_of, read_body
from graph_api.graphql.http.shown import cookie_name, is_over_tls, shown_of
from schema.access import AccessRole
from schema.words import accepted, say, speaking

refused_log = logging.getLogger("baodian.access.refused")
"""Of its own, as clients cause as many lines as they like."""

MOST_BODY = 4_096


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    password: str


class LogIn:
    """Answers of log-in. `demo`: accounts that whoever reaches the page may use."""

    def __init__(self, entrance: Entrance, journal: Journal, demo: tuple[DemoAccount, ...] = ()) -> None:
        self._entrance = entrance
        self._journal = journal
        self._demo = demo

    @property
    def routes(self) -> list[Route]:
        """Where they are asked."""
        return [
            Route("/login", self._log_in, methods=["POST"], include_in_schema=False),
            Route("/logout", self._log_out, methods=["POST"], include_in_schema=False),
            Route("/session", self._tell, methods=["GET"], include_in_schema=False),
        ]

    async def _log_in(self, request: Request) -> Response:
        with speaking(accepted(request.headers.get("accept-language"))):
            try:
                return await self._begun(request)
            except BadRequest as error:
                return refused(error.status, error.error, error.headers)
            except Overloaded as error:
                return refused(429, error, {"Retry-After": str(error.details["retryAfterSeconds"])})
            except Unauthenticated as error:
                refused_log.warning("log-in refused", extra={"facts": {"origin": address_of(request)}})
                return refused(401, error)
            except StoreError as error:
                return refused(503, error, {"Retry-After": "1"})

    async def _begun(self, request: Request) -> Response:
        refuse_in_the_clear(request)
        asked = await _asked(request)
        begun, account = await self._entrance.log_in(asked.name, asked.password, address_of(request))
        for old in shown_of(request).cookies:
            self._entrance.sessions.end(old)
        await self._journal.tell(LOG_IN, "password", account.principal, address_of(request))
        return with_cookie(request, JSONResponse(_said(account.principal, begun.token)), begun)

    async def _log_out(self, request: Request) -> Response:
        with speaking(accepted(request.headers.get("accept-language"))):
            shown = shown_of(request)
            try:
                found = self._entrance.session_of(shown)
            except StoreError as error:
                return refused(503, error, {"Retry-After": "1"})
            if found is not None and not is_token(shown.token, found[0]):
                return refused(403, Forbidden(say("Send the session's token, as `X-Session-Token`: see /session.")))
            for cookie in shown.cookies:
                self._entrance.sessions.end(cookie)
            if found is not None:
                await self._journal.tell(LOG_OUT, "page", found[1], address_of(request))
            return without_cookie(request, Response(status_code=204))

    async def _tell(self, request: Request) -> Response:
        shown = shown_of(request)
        try:
            found, open_ = self._entrance.session_of(shown), self._is_open()
        except StoreError as error:
            return refused(503, error, {"Retry-After": "1"})
        told: dict[str, Any] = {"needed": not open_, "password": self._has_passwords()}
        if self._entrance.flow is not None:
            told["provider"] = True
        if self._demo:
            told["demo"] = [each._asdict() for each in self._demo]
        if found is not None:
            session, principal = found
            return JSONResponse(told | _said(principal, session.token))
        answer = JSONResponse(told)
        return without_cookie(request, answer) if shown.cookies else answer

    def _is_open(self) -> bool:
        """Whether one is somebody without showing anything."""
        try:
            self._entrance.book.identify(())
        except Unauthenticated:
            return False
        return True

    def _has_passwords(self) -> bool:
        return any(each.holds and each.password for each in self._entrance.book.register.accounts)


def refuse_in_the_clear(request: Request) -> None:
    """Refuse what would carry a password or session in the clear over a network. Raises BadRequest."""
    host = (request.url.hostname or "").lower()
    if is_over_tls(request) or (
        is_loopback(address_of(request)) and (is_loopback(host) or host.endswith(".localhost"))
    ):
        return
    raise BadRequest(
        403,
        Forbidden(
            say(
                "Log-in needs an encrypted connection (https). If there is one, this service has to be told the "
                "address of its gateway (BAODIAN_GATEWAYS)."
            )
        ),
    )


def with_cookie(request: Request, answer: Response, begun: Begun) -> Response:
    """The answer with the cookie of a session."""
    answer.set_cookie(
        cookie_name(request), begun.cookie, path="/", secure=is_over_tls(request), httponly=True, samesite="strict"
    )
    return answer


def without_cookie(request: Request, answer: Response) -> Response:
    """The answer that takes the cookie away."""
    answer.delete_cookie(cookie_name(request), path="/", secure=is_over_tls(request), httponly=True, samesite="strict")
    return answer


async def _asked(request: Request) -> _Asked:
    if not is_json(request.headers.get("content-type")):
        raise BadRequest(415, InvalidInput(say("Send the request as `Content-Type: application/json`, in UTF-8.")))
    try:
        return msgspec.convert(json_of(await read_body(request, MOST_BODY), say("body")), _Asked)
    except msgspec.ValidationError:
        raise BadRequest(400, InvalidInput(say("Send `name` and `password`, as texts of a JSON object."))) from None


def address_of(request: Request) -> str:
    """Whom a request comes from, as far as is known."""
    return "" if request.client is None else request.client.host


def _said(principal: Principal, token: str) -> dict[str, Any]:
    roles = [role.value for role in AccessRole if role in principal.roles]
    return {"name": principal.actor.name, "roles": roles, "token": token}


def refused(status: int, error: BaodianError, headers: Mapping[str, str] | None = None) -> Response:
    """An error as the API answers it."""
    body = encode({"errors": [describe(error)]})
    return Response(body, status, headers, media_type="application/json; charset=utf-8")
