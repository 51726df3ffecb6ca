"""Where a Neo4j is: `neo4j://user@host:7687/database`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graph_api.errors import InvalidInput
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

    def __str__(self) -> str:
        return f"{self.uri}/{self.database or ''}"


def parse_address(url: str, password: str | None) -> Address:
    """The address that a URL names; InvalidInput where it is none, or holds a password."""
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
    return Address(f"{parts.scheme}://{shown}:{port or 7687}", user, database, password)
