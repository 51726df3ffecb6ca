"""Stores by their address."""

from __future__ import annotations

import os
from pathlib import Path

from graph_api.errors import InvalidInput
from graph_api.stores.contract import Clock, Store, now_utc
from graph_api.stores.sqlite import SqliteStore
from schema.words import say

PASSWORD = "BAODIAN_STORE_PASSWORD"  # noqa: S105 (the name of a variable)
PASSWORD_FILE = "BAODIAN_STORE_PASSWORD_FILE"  # noqa: S105 (the name of a variable)

_SQLITE = "sqlite:///"


def open_store(url: str, clock: Clock = now_utc) -> Store:
    """The store at an address: `sqlite:///` + path of its file, or `neo4j://user@host:7687/database`.

    `sqlite:///data/baodian.db` lies in the working directory, `sqlite:////var/lib/baodian.db` (four slashes) is an
    absolute path, `~` is the home directory. `bolt://` is one Neo4j server without routing; `neo4j+s://` and
    `bolt+s://` are encrypted; the password comes from the environment (BAODIAN_STORE_PASSWORD, or the file that
    BAODIAN_STORE_PASSWORD_FILE names), never from the address. Nothing is opened before the first call, which raises
    StoreUnavailable or StoreCorrupt where the store cannot be used. InvalidInput for any other address.
    """
    if url.startswith(("neo4j", "bolt")):
        return _neo4j(url, clock)
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.endswith("/"):
        raise InvalidInput(
            say(
                "{url!r} is no address of a store; give one as sqlite:///path/to/file.db or "
                "neo4j://user@host:7687/database.",
                url=url,
            ),
            url=url,
        )
    return SqliteStore(Path(path).expanduser(), clock=clock)


def _neo4j(url: str, clock: Clock) -> Store:
    # the driver takes 0.3 s to import: only who uses it waits for it
    from graph_api.stores.neo4j import Neo4jStore, parse_address

    return Neo4jStore(parse_address(url, _password()), clock=clock)


def _password() -> str | None:
    file = os.environ.get(PASSWORD_FILE)
    if not file:
        return os.environ.get(PASSWORD) or None
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            say("{password_file} names a file that cannot be read: {file}.", password_file=PASSWORD_FILE, file=file)
        ) from error
