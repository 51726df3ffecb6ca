"""Fetching (取数): JSON of an identity provider, over TLS that holds, from where it was asked, in a bounded time."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from schema.system_reasons import reason
from schema.words import say

Fetch = Callable[[str], Any]
"""JSON at an address. Raises Unfetched."""
TIMEOUT_S = 5.0
MOST_BYTES = 1 << 20


class Unfetched(Exception):
    """Why something could not be fetched; its text is a sentence."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nobody is sent elsewhere."""
        return


class Fetcher:
    """Fetches by GET, or by POST with a form. `ca_file`: certificates (PEM) to trust; "" = this machine's.

    No proxy of the environment is asked, and no redirect followed.
    """

    def __init__(self, ca_file: str = "") -> None:
        """Raises OSError for a file of certificates that cannot be read."""
        context = ssl.create_default_context(cafile=ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context), _NoRedirects()
        )

    def __call__(self, address: str, form: Mapping[str, str] | None = None) -> Any:
        """JSON of the answer. Raises Unfetched."""
        if not is_safe(address):
            raise Unfetched(say("an address of it is not https: {address}", address=address))
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(address, body, {"Accept": "application/json"})  # noqa: S310 (https, above)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                said = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise Unfetched(say("it answers {status} at {address}", status=error.code, address=address)) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unfetched(_why(error)) from error
        if len(said) > MOST_BYTES:
            raise Unfetched(say("its answer is too long at {address}", address=address))
        try:
            return json.loads(said)
        except (ValueError, RecursionError) as error:
            raise Unfetched(say("it answers no JSON at {address}", address=address)) from error


def is_safe(address: str) -> bool:
    """Whether nobody reads or changes on the way what is asked there: TLS, or this machine itself."""
    try:
        parts = urllib.parse.urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: BaseException) -> str:
    """What hinders, in words; of certificates, what is wrong with them."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return say("its certificate does not hold: {what}", what=cause.verify_message)
    if isinstance(cause, OSError):
        return say("it does not answer: {what}", what=reason(cause))
    return say("it does not answer: {what}", what=str(cause) or type(cause).__name__)
