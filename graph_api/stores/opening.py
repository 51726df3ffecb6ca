"""Stores by their address."""

from __future__ import annotations

from pathlib import Path

from graph_api.errors import InvalidInput
from graph_api.settings import BadSetting, setting
from graph_api.stores.contract import Clock, Store, now_utc
from graph_api.stores.sqlite import SqliteStore
from schema.words import say

_SQLITE = "sqlite:///"
LONG_SECONDS = 60.0
"""How long a command that is patient waits for another process to end its write of the file."""
LONG_TIMES = 5.0
"""How many times the usual waits it bears in Neo4j."""


def open_store(url: str, clock: Clock = now_utc, *, creates: bool = True, patient: bool = False) -> Store:
    """The store at an address: `sqlite:///` + path of its file, or `neo4j://user@host:7687/database`.

    `sqlite:///data/baodian.db` lies in the working directory, `sqlite:////var/lib/baodian.db` (four slashes) is an
    absolute path, `~` is the home directory. `bolt://` is one Neo4j server without routing; `neo4j+s://` and
    `bolt+s://` are encrypted; the password comes from the settings (BAODIAN_STORE_PASSWORD, or the file that
    BAODIAN_STORE_PASSWORD_FILE names), never from the address. Nothing is opened before the first call, which raises
    StoreUnavailable or StoreCorrupt where the store cannot be used. `creates`: make a new store where there is none, in
    an empty file or database; without it that is StoreUnavailable, and nothing is changed. `patient`: nobody waits at a
    screen for each answer, so that a long write of others is waited for. InvalidInput for any other address.
    """
    if url.startswith(("neo4j", "bolt")):
        return _neo4j(url, clock, creates=creates, patient=patient)
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
    return SqliteStore(
        Path(path).expanduser(), clock=clock, creates=creates, busy_timeout_seconds=LONG_SECONDS if patient else 2.0
    )


def _neo4j(url: str, clock: Clock, *, creates: bool, patient: bool) -> Store:
    # the driver takes 0.3 s to import: only who uses it waits for it
    from graph_api.stores.neo4j import Neo4jStore, parse_address

    try:
        password, ca_file = setting("store_password") or None, setting("store_ca_file") or None
    except BadSetting as error:
        raise InvalidInput(error.args[0]) from error
    address = parse_address(url, password, _password_of_now, ca_file)
    return Neo4jStore(address, clock=clock, creates=creates, patience=LONG_TIMES if patient else 1.0)


def _password_of_now() -> str | None:
    """The password that the settings name now; None where its file cannot be read."""
    try:
        return setting("store_password") or None
    except BadSetting:
        return None
