"""The door to a running service: one named by its address, or the one that serves the same store on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from graph_api.app.places import store_file, store_uuid
from graph_api.app.server_file import find_server
from graph_api.errors import BaodianError, ErrorCode, InvalidInput
from schema.words import Language, current, say, text_of

TIMEOUT_S = 60
"""How long an answer may take."""


class ServiceUnreachable(BaodianError):
    """The service does not answer."""

    code = ErrorCode.STORE_UNAVAILABLE


class Service:
    """A running service, asked over HTTP."""

    def __init__(self, address: str) -> None:
        from urllib.parse import urlsplit  # what an answer of this process need not wait for

        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(
                say("{address} is no address of a service; give one as http://HOST:PORT.", address=address)
            )
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = parts.path.rstrip("/").removesuffix("/graphql") + "/graphql"

    def announce(self) -> None:
        """Say on standard error who answers."""
        print(text_of(say("Answered by the service at {address}.", address=self._address)), file=sys.stderr)

    def execute(self, query: str, variables: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """The body of the answer. Raises ServiceUnreachable."""
        import http.client

        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=TIMEOUT_S)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Language": "zh" if current() is Language.ZH else "en",
        }
        asked = {"query": query, "variables": variables, "operationName": name}
        body = json.dumps(asked, ensure_ascii=False).encode()
        try:
            connection.request("POST", self._path, body, headers)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise ServiceUnreachable(
                say(
                    "The service at {address} does not answer ({what}). Is it running? Without --server the store "
                    "itself is asked.",
                    address=self._address,
                    what=str(error) or type(error).__name__,
                )
            ) from error
        finally:
            connection.close()
        if "data" not in answer and "errors" not in answer:
            raise ServiceUnreachable(
                say("What answers at {address} is no Baodian service; check the address.", address=self._address)
            )
        return answer


def running_service(store: str) -> Service | None:
    """The service of this user that serves this very store on this machine; None if there is none."""
    file = store_file(store)
    server = None if file is None else find_server(file)
    if file is None or server is None or server.store_uuid != store_uuid(file):
        return None
    return Service(server.address)
