"""The door to a running service: one named by its address, or the one that serves the same store on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from graph_api.app.places import store_file, store_uuid
from graph_api.app.server_file import find_server
from graph_api.errors import BaodianError, ErrorCode, InvalidInput
from schema.system_reasons import reason
from schema.words import Language, current, say, text_of

TIMEOUT_S = 60
"""How long an answer may take."""
PROBE_S = 2
"""How long a server that was found, not named, may take to say whose it is, before the store itself is asked."""
_WHOSE = "{ graph { store { uuid } } }"
_TROUBLE = "{ graph { revision store { writeTrouble } } }"


class ServiceUnreachable(BaodianError):
    """The service does not answer, or is none of ours."""

    code = ErrorCode.STORE_UNAVAILABLE


class Service:
    """A running service, asked over HTTP."""

    def __init__(self, address: str, key: str = "") -> None:
        from urllib.parse import urlsplit  # what an answer of this process need not wait for

        try:
            parts = urlsplit(address if "://" in address else f"http://{address}")
            host, port = parts.hostname, parts.port
        except ValueError:  # brackets that are no IPv6 address, a port that is none
            host = None
        if not host or parts.scheme not in ("http", "https"):
            raise InvalidInput(
                say("{address} is no address of a service; give one as http://HOST:PORT.", address=address)
            )
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._secure, self._host, self._port = parts.scheme == "https", host, port
        self._path = parts.path.rstrip("/").removesuffix("/graphql") + "/graphql"
        self.tells = True
        """Whether the first answer is still to be told of."""
        self._key = key

    def serves(self, store_uuid: str) -> bool:
        """Whether it answers soon, for this store."""
        try:
            uuid: str = self._post(_WHOSE, {}, None, PROBE_S)["data"]["graph"]["store"]["uuid"]
        except (ServiceUnreachable, KeyError, TypeError):
            return False
        return uuid == store_uuid

    def execute(self, query: str, variables: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """The body of the answer; the first time, standard error says who gave it. Raises ServiceUnreachable."""
        answer = self._post(query, variables, name, TIMEOUT_S)
        if self.tells:
            self.tells = False
            print(text_of(say("Answered by the service at {address}.", address=self._address)), file=sys.stderr)
            self._warn()
        return answer

    def _warn(self) -> None:
        """Say what is wrong with its store: what it answers is what it has read before."""
        try:
            graph = self._post(_TROUBLE, {}, None, TIMEOUT_S)["data"]["graph"]
            revision, trouble = graph["revision"], graph["store"]["writeTrouble"]
        except (ServiceUnreachable, KeyError, TypeError):  # as with a key that is bound to another document
            return
        if trouble:
            told = say("It answers from revision {revision}, but its store: {what}", revision=revision, what=trouble)
            print(text_of(told), file=sys.stderr)

    def _post(self, query: str, variables: Mapping[str, Any], name: str | None, seconds: float) -> dict[str, Any]:
        import http.client

        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=seconds)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Language": "zh" if current() is Language.ZH else "en",
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        asked = {"query": query, "variables": variables, "operationName": name}
        body = json.dumps(asked, ensure_ascii=False).encode()
        try:
            connection.request("POST", self._path, body, headers)
            said = connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise ServiceUnreachable(
                say(
                    "The service at {address} does not answer ({what}). Is it running? Without --server the store "
                    "itself is asked.",
                    address=self._address,
                    what=reason(error) if isinstance(error, OSError) else str(error) or type(error).__name__,
                )
            ) from error
        finally:
            connection.close()
        with suppress(ValueError):
            answer = json.loads(said)
            if isinstance(answer, dict) and ("data" in answer or "errors" in answer):
                return answer
        raise ServiceUnreachable(
            say("What answers at {address} is no Baodian service; check the address.", address=self._address)
        )


def running_service(store: str) -> Service | None:
    """The service of this user that serves this very store on this machine; None if there is none, or it is stuck."""
    file = store_file(store)
    server = None if file is None else find_server(file)
    if file is None or server is None or server.store_uuid != store_uuid(file):
        return None
    service = Service(server.address, server.key)
    if service.serves(server.store_uuid):
        return service
    remark = say("The service of this store at {address} does not answer; its store is asked.", address=server.address)
    print(text_of(remark), file=sys.stderr)
    return None
