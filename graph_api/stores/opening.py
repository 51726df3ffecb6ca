"""Stores by their address."""

from __future__ import annotations

from pathlib import Path

from graph_api.errors import InvalidInput
from graph_api.stores.contract import Store
from graph_api.stores.sqlite import SqliteStore

_SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """The store at an address: `sqlite:///` + path of its file.

    `sqlite:///data/baodian.db` lies in the working directory, `sqlite:////var/lib/baodian.db` (four slashes) is an
    absolute path, `~` is the home directory. Nothing is opened before the first call, which raises StoreUnavailable or
    StoreCorrupt where the file cannot be used. InvalidInput for any other address.
    """
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.endswith("/"):
        raise InvalidInput(f"{url!r} is no address of a store; give one as sqlite:///path/to/file.db.", url=url)
    return SqliteStore(Path(path).expanduser())
