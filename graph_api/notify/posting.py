"""Posting (发送): one POST to a webhook, within its time, to where it may go, and what is known of it then.

    name ──resolved once──▶ addresses ──all public?──▶ connect to one of these, whatever the name says a moment later

Addresses of this machine, of private nets and of links are refused, by whatever name they are reached, and so is a
redirect: whoever may write the file of channels shall not reach by us what only we can reach.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from schema.incident_terms import NoticeOutcome
from schema.system_reasons import reason
from schema.words import Language, Sentence, say, text_of

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: addresses that stand for one of IPv4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What is known of a message that was posted."""

    outcome: NoticeOutcome
    why: Sentence | None = None
    detail: str | None = None


class Posting:
    """One POST. It works in a thread of its own and may be given up from another."""

    def __init__(
        self, address: str, body: bytes, headers: Mapping[str, str], timeout_s: float, *, private: bool
    ) -> None:
        """`private`: it may go to this machine and to private nets, and without TLS."""
        self._address, self._body, self._headers = address, body, headers
        self._timeout_s, self._private = timeout_s, private
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._given_up = self._sent = False

    def run(self) -> Posted:
        """Post it. What failed before anything was sent has failed; what failed later may have arrived."""
        try:
            status = self._post()
        except _Refused as refused:
            return Posted(outcome=NoticeOutcome.FAILED, why=refused.why)
        except (OSError, http.client.HTTPException) as error:
            return self._failed(error)
        finally:
            self._close()
        return _of_status(status)

    def give_up(self) -> Posted:
        """Its time is over: nothing is sent from now on."""
        with self._lock:
            self._given_up = True
        self._close()
        return Posted(outcome=self._unless_sent, why=_LATE)

    def _failed(self, error: BaseException) -> Posted:
        if isinstance(error, ssl.SSLCertVerificationError):
            return Posted(outcome=self._unless_sent, why=_CERTIFICATE, detail=error.verify_message)
        detail = text_of(reason(error), Language.EN) if isinstance(error, OSError) else type(error).__name__
        return Posted(outcome=self._unless_sent, why=_NO_ANSWER, detail=detail)

    @property
    def _unless_sent(self) -> NoticeOutcome:
        return NoticeOutcome.UNKNOWN if self._sent else NoticeOutcome.FAILED

    def _post(self) -> int:
        parts = urlsplit(self._address)
        host, is_safe = parts.hostname or "", parts.scheme == "https"
        if not (is_safe or self._private):
            raise _Refused(say("its address is not https"))
        port = parts.port or (443 if is_safe else 80)
        line = self._connected(host, port)
        if is_safe:
            line = self._kept(ssl.create_default_context().wrap_socket(line, server_hostname=host))
        connection = http.client.HTTPConnection(host, port)
        connection.sock = line
        self._begin()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, self._body, {"Host": parts.netloc, "Connection": "close", **self._headers})
        return connection.getresponse().status

    def _connected(self, host: str, port: int) -> socket.socket:
        """A line to one of the addresses that the name has now. Raises _Refused, OSError."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        places = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self._private and not all(map(is_public, places)):
            raise _Refused(say("its address is none of the public net"))
        for place in places[:-1]:
            with suppress(OSError):
                return self._kept(socket.create_connection((place, port), self._timeout_s))
        return self._kept(socket.create_connection((places[-1], port), self._timeout_s))

    def _kept(self, line: socket.socket) -> socket.socket:
        self._socket = line
        return line

    def _begin(self) -> None:
        """From here on it may arrive."""
        with self._lock:
            if self._given_up:
                raise _Refused(_LATE)
            self._sent = True

    def _close(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()


class _Refused(Exception):
    """It is not sent, and why."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


_LATE = say("no answer in time")
_NO_ANSWER = say("its service does not answer")
_CERTIFICATE = say("the certificate of its service does not hold")
_REFUSES = say("its service does not take it")


def is_public(address: str) -> bool:
    """Whether an address is one of the public net, also where it stands for one of IPv4."""
    place = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(place, ipaddress.IPv6Address):
        inner = place.ipv4_mapped or place.sixtofour or (place.teredo[1] if place.teredo else None)
        if place in _NAT64:
            inner = ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return place.is_global and not place.is_multicast


def _of_status(status: int) -> Posted:
    """2xx: taken. What failed there at 5xx may have been taken before. Everything else is a refusal."""
    if 200 <= status < 300:
        return Posted(outcome=NoticeOutcome.DELIVERED)
    outcome = NoticeOutcome.UNKNOWN if status >= 500 else NoticeOutcome.FAILED
    return Posted(outcome=outcome, why=_REFUSES, detail=str(status))
