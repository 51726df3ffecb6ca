"""GraphQL requests as they come over HTTP: read, checked, and nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request

from graph_api.errors import BaodianError, InvalidInput
from graph_api.graphql.execution.errors import too_big
from graph_api.graphql.http.negotiation import is_json
from graph_api.graphql.scalars import parse_revision
from schema.numbers import Revision
from schema.words import say

_decode = msgspec.json.Decoder().decode


class _Twice(ValueError):
    """An object that names a key twice: readers differ in which of the values they take."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    keys = {key for key, _ in pairs}
    if len(keys) < len(pairs):
        raise _Twice


_scan = json.JSONDecoder(object_pairs_hook=_once, parse_int=str, parse_float=str).decode
"""Looks for keys that are named twice, which the fast decoder passes over."""


class BadRequest(Exception):
    """A request that is not GraphQL over HTTP: answered with a status of its own."""

    def __init__(self, status: int, error: BaodianError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]
    min_revision: Revision | None


async def read_body(request: Request, most: int) -> bytes:
    """The body, at most `most` bytes; BadRequest (413) beyond, or (408) where it ends before its end."""
    parts = bytearray()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > most:
                raise BadRequest(413, too_big(say("body"), most))
    except ClientDisconnect:
        raise BadRequest(408, InvalidInput(say("The request did not come whole."))) from None
    return bytes(parts)


def json_of(data: bytes | str, what: str) -> Any:
    """The value of a JSON text that names each key once, in UTF-8; BadRequest (400) for any other."""
    try:
        value = _decode(data)
        _scan(data if isinstance(data, str) else data.decode())
        return value
    except (msgspec.DecodeError, UnicodeError, RecursionError, _Twice) as error:
        reason = say("a text holds half a character (a lone surrogate)") if _is_half(data) else _reason(error)
        raise BadRequest(
            400, InvalidInput(say("The {what} is no valid JSON: {reason}.", what=what, reason=reason))
        ) from None


def _is_half(data: bytes | str) -> bool:
    """Whether nothing else is wrong than an escaped half of a pair of surrogates, which is no character."""
    try:
        json.dumps(json.loads(data), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return error.reason == "surrogates not allowed"
    except (ValueError, RecursionError):
        pass
    return False


def _reason(error: Exception) -> str:
    if isinstance(error, _Twice):
        return say("an object names a key twice")
    return say("it is nested too deeply") if isinstance(error, RecursionError) else str(error)


async def read_post(request: Request, most: int) -> Asked:
    """What a POST asks; BadRequest for anything but a JSON object with `query`."""
    if not is_json(request.headers.get("content-type")):
        raise BadRequest(415, InvalidInput(say("Send the request as `Content-Type: application/json`, in UTF-8.")))
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BadRequest(415, InvalidInput(say("Send the request uncompressed.")))
    body = json_of(await read_body(request, most), say("body"))
    if isinstance(body, list):
        raise BadRequest(400, InvalidInput(say("Send one request at a time: batches are not answered.")))
    if not isinstance(body, dict):
        raise BadRequest(400, InvalidInput(say("The body must be a JSON object with `query`.")))
    return asked_of(body, request.headers.get("x-min-revision"))


def read_get(request: Request, most: int) -> Asked:
    """What a GET asks in its URL."""
    if len(request.url.query) > most:
        raise BadRequest(413, too_big(say("URL"), most))
    parameters: dict[str, Any] = dict(request.query_params)
    if len(parameters) < len(request.query_params.multi_items()):
        raise BadRequest(400, InvalidInput(say("Give each parameter of the URL once.")))
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = (
                json_of(parameters[name], say("parameter `{name}`", name=name)) if parameters[name] else None
            )
    return asked_of(parameters, request.headers.get("x-min-revision"))


def asked_of(body: Mapping[str, Any], min_revision: str | None) -> Asked:
    """What a request of this body asks; BadRequest for what is none."""
    query = body.get("query")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(400, InvalidInput(say("`query` must be the text of a GraphQL document.")))
    operation_name = body.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest(400, InvalidInput(say("`operationName` must be text or null.")))
    variables = _object(body.get("variables"), "variables")
    extensions = _object(body.get("extensions"), "extensions")
    wanted = extensions.get("minRevision") if min_revision is None else min_revision
    try:
        revision = None if wanted is None else parse_revision(wanted)
    except InvalidInput as error:
        raise BadRequest(400, error) from None
    return Asked(query, operation_name or None, variables, revision)


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(400, InvalidInput(say("`{name}` must be a JSON object or null.", name=name)))
    return value
