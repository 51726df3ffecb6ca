"""Files that stand beside an embedded store: where they are. Cheap to import."""

from __future__ import annotations

from pathlib import Path

from graph_api.settings import Settings

NO_FILE = "none"
"""Setting of the snapshot file that turns it off."""
_READ_BY_OTHERS = 0o044
_SQLITE = "sqlite:///"


def store_file(url: str) -> Path | None:
    """The file of an embedded store; None for any other address."""
    path = url.removeprefix(_SQLITE)
    return None if path == url or not path else Path(path).expanduser()


def snapshot_file(settings: Settings) -> Path | None:
    """Where the snapshot is kept: what the settings say, else beside an embedded store (`graph.db.snapshot`)."""
    if settings.snapshot_file:
        return None if settings.snapshot_file == NO_FILE else Path(settings.snapshot_file)
    file = store_file(settings.store)
    return None if file is None else file.with_name(f"{file.name}.snapshot")


def access_file(settings: Settings) -> Path | None:
    """Where the register of keys is kept for an outage of the store: beside the snapshot file; None without one."""
    file = snapshot_file(settings)
    return None if file is None else file.with_name(f"{file.name.removesuffix('.snapshot')}.access")


def provider_file(settings: Settings) -> Path | None:
    """Where it is kept what the identity provider said, for its outages: beside the register of keys."""
    file = access_file(settings)
    return None if file is None else file.with_name(f"{file.name.removesuffix('.access')}.provider")


def audit_file(settings: Settings) -> Path | None:
    """Where it is written who changed what and saw whose numbers: what the settings say, else beside the store."""
    if settings.audit_file:
        return None if settings.audit_file == NO_FILE else Path(settings.audit_file)
    file = snapshot_file(settings)
    return None if file is None else file.with_name(f"{file.name.removesuffix('.snapshot')}.audit")


def read_by_others(settings: Settings) -> list[Path]:
    """Files with the graph's numbers that others than their owner may read."""
    files = filter(None, (store_file(settings.store), snapshot_file(settings)))
    return [each for each in files if each.is_file() and each.stat().st_mode & _READ_BY_OTHERS]


def store_uuid(file: Path) -> str | None:
    """Identity that an embedded store says it has; None where it cannot be read. Opens nothing but that."""
    import apsw  # the stores would import all that they need

    try:
        connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return None
    try:
        row = connection.execute("SELECT uuid FROM main.meta").fetchone()
    except apsw.Error:
        return None
    finally:
        connection.close()
    return None if row is None else str(row[0])
