"""Where a Neo4j is: `neo4j://user@host:7687/database`."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graph_api.errors import InvalidInput
from schema.system_reasons import reason
from schema.words import say

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""neo4j:// routes in a cluster, bolt:// speaks to one server; +s verifies TLS, +ssc takes self-signed certificates."""

_FORM = "neo4j://user@host:7687/database"


@dataclass(frozen=True, slots=True)
class Address:
    """A server, who we are there, and which database; the password is kept out of every text."""

    uri: str
    user: str | None = None
    database: str | None = None
    password: str | None = field(default=None, repr=False)
    read_password: Callable[[], str | None] = field(default=lambda: None, repr=False)
    """The password that the settings name now: asked where the server refuses the one above."""
    ca_file: str | None = None
    """File of the certificates (PEM) that the server is trusted by; None = those of this machine."""

    @property
    def is_encrypted(self) -> bool:
        """Whether the address asks for TLS."""
        return "+s" in self.uri.partition(":")[0]

    @property
    def plain_uri(self) -> str:
        """The address without how it is encrypted, as the driver wants it beside certificates of our own."""
        scheme, colon, rest = self.uri.partition(":")
        return scheme.partition("+")[0] + colon + rest

    def __str__(self) -> str:
        return f"{self.uri}/{self.database or ''}"


def parse_address(
    url: str,
    password: str | None,
    read_password: Callable[[], str | None] = lambda: None,
    ca_file: str | None = None,
) -> Address:
    """The address that a URL names; InvalidInput where it is none, or holds a password, or cannot use the CA file."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InvalidInput(say("This is no address of a Neo4j; give one as {form}.", form=_FORM)) from None
    if parts.password is not None:
        raise InvalidInput(
            say(
                "An address with a password ends up in logs; set BAODIAN_STORE_PASSWORD or BAODIAN_STORE_PASSWORD_FILE."
            )
        )
    database = unquote(parts.path.strip("/")) or None
    if parts.scheme not in SCHEMES or not host or parts.query or (database and "/" in database):
        raise InvalidInput(say("{url!r} is no address of a Neo4j; give one as {form}.", url=url, form=_FORM), url=url)
    user = unquote(parts.username) if parts.username else None
    if password is not None and user is None:
        user = "neo4j"
    shown = f"[{host}]" if ":" in host else host
    if ca_file:
        _must_fit(ca_file, parts.scheme)
    return Address(f"{parts.scheme}://{shown}:{port or 7687}", user, database, password, read_password, ca_file)


def _must_fit(ca_file: str, scheme: str) -> None:
    if not scheme.endswith("+s"):
        raise InvalidInput(
            say(
                "BAODIAN_STORE_CA_FILE is for an encrypted address: write neo4j+s:// or bolt+s://, not {scheme}://.",
                scheme=scheme,
            )
        )
    try:
        ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        why = reason(error)
        raise InvalidInput(
            say(
                "BAODIAN_STORE_CA_FILE names {file}, which holds no certificates in PEM ({why}).", file=ca_file, why=why
            )
        ) from error
