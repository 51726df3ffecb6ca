"""GraphQL over HTTP: methods, media types, bodies, headers, addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.compare.operation import Operation

TINY = "{ graph { revision } }"
JSON = {"content-type": "application/json"}


def http_operations() -> Iterator[Operation]:
    """The transport: methods, media types, bodies, headers."""
    body = json.dumps({"query": TINY})

    def sent(what: str, content: str | None = body, headers: dict[str, str] | None = None, **more: Any) -> Operation:
        given = JSON if headers is None else headers
        return Operation(name=f"http/{what}", body=content, headers=given, valid=False, **more)

    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "GET"):
        yield sent(f"{method} with a body", method=method)
    for media in (
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/json; charset=UTF-8",
        "APPLICATION/JSON",
        "multipart/form-data; boundary=x",
        "",
    ):
        yield sent(f"content type {media!r}", headers={"content-type": media})
    for accept in (
        "application/json",
        "application/graphql-response+json",
        "text/plain",
        "text/html",
        "*/*",
        "application/*",
        "application/json;q=0.5, application/graphql-response+json;q=0.4",
        "application/json;q=0",
        "image/png, */*;q=0.1",
        "junk",
    ):
        yield sent(f"accept {accept}", headers={**JSON, "accept": accept})
        yield sent(f"refused, accept {accept}", "{}", headers={**JSON, "accept": accept})
    yield sent("compressed", headers={**JSON, "content-encoding": "gzip"})
    contents = {
        "nothing": "",
        "null": "null",
        "text": '"x"',
        "list": "[]",
        "batch": f"[{body},{body}]",
        "no query": "{}",
        "query null": '{"query":null}',
        "query number": '{"query":1}',
        "query blank": '{"query":"  "}',
        "variables text": '{"query":"{graph{revision}}","variables":"{}"}',
        "variables list": '{"query":"{graph{revision}}","variables":[]}',
        "name number": '{"query":"{graph{revision}}","operationName":1}',
        "name null": '{"query":"{graph{revision}}","operationName":null}',
        "extensions text": '{"query":"{graph{revision}}","extensions":"x"}',
        "more keys": '{"query":"{graph{revision}}","more":1}',
        "torn": body[:-3],
        "twice": body * 2,
        "no UTF-8": '{"query":"\udcff"}',
        "surrogate": '{"query":"{ search(text: \\"\\\\ud800\\") { totalCount } }"}',
        "byte order mark": "\ufeff" + body,
        "nested": "[" * 3_000,
        "too large": json.dumps({"query": TINY + " " * 270_000}),
        "minRevision 1": '{"query":"{graph{revision}}","extensions":{"minRevision":"1"}}',
        "minRevision bad": '{"query":"{graph{revision}}","extensions":{"minRevision":"x"}}',
        "minRevision ahead": '{"query":"{graph{revision}}","extensions":{"minRevision":"999"}}',
        "minRevision number": '{"query":"{graph{revision}}","extensions":{"minRevision":1}}',
    }
    for what, content in contents.items():
        yield sent(f"body {what}", content)
    for value in ("1", "0", "-1", "999", "x", ""):
        yield sent(f"x-min-revision {value!r}", headers={**JSON, "x-min-revision": value})
    for value in ("mine-1.2:3", "no blanks", "x" * 65, ""):
        masks = frozenset({"request id"} if not value.startswith("mine") else ())
        yield sent(f"x-request-id {value[:10]!r}", headers={**JSON, "x-request-id": value}, masks=masks)
    yield from _by_get()


def _by_get() -> Iterator[Operation]:
    mutation = 'mutation { endAssignment(input: {id: "x"}) { revision } }'
    cases: dict[str, dict[str, str]] = {
        "question": {"query": TINY},
        "mutation": {"query": mutation},
        "variables": {"query": "query($i: ID!) { node(id: $i) { id } }", "variables": '{"i": "C1"}'},
        "bad variables": {"query": TINY, "variables": "{"},
        "empty variables": {"query": TINY, "variables": ""},
        "no query": {"variables": "{}"},
        "empty query": {"query": ""},
        "name": {"query": "query A { graph { revision } } query B { graph { entities } }", "operationName": "B"},
        "extensions": {"query": TINY, "extensions": '{"minRevision": "1"}'},
        "refused": {"query": "{ x }"},
        "long": {"query": TINY + " " * 10_000},
    }
    for what, parameters in cases.items():
        yield Operation(name=f"http/GET {what}", method="GET", target=f"/graphql?{urlencode(parameters)}", valid=False)
        yield Operation(
            name=f"http/HEAD {what}", method="HEAD", target=f"/graphql?{urlencode(parameters)}", valid=False
        )
