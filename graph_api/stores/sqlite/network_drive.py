"""Drives that are another machine's: SQLite's log is safe only among processes of one machine (sqlite.org/wal.html)."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

log = logging.getLogger(__name__)

_ESCAPED = re.compile(r"\\([0-7]{3})")
_MOUNTS = Path("/proc/self/mountinfo")
_OF_OTHERS = frozenset(
    [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.grpcfuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "virtiofs",
    ]
)
"""Of network drives and of what a virtual machine shares with its host."""


@cache
def warn_of_network_drive(path: Path) -> None:
    """Say once in the log where a store lies on such a drive."""
    kind = network_drive(path)
    if kind is not None:
        log.warning(
            "%s is on a drive of another machine (%s), where stores have been damaged: SQLite's log is safe only while "
            "processes of one machine use it, and such drives do not keep to its locks. Move it to a disk of this "
            "machine (`baodian copy`), or keep the graph in Neo4j",
            path,
            kind,
        )


def network_drive(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Kind of the drive that this path is on if it is another machine's; None if not, or where nothing tells (Linux
    does, in `mounts`)."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    place, found = path.resolve(), (Path("/"), "")
    for line in lines:
        where, _, how = line.partition(" - ")
        point = Path(_ESCAPED.sub(lambda each: chr(int(each[1], 8)), where.split()[4]))
        if place.is_relative_to(point) and len(point.parts) >= len(found[0].parts):
            found = point, how.split()[0]
    return found[1] if found[1] in _OF_OTHERS else None
