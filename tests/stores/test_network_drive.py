"""Stores on drives of other machines, and files that are not this user's."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from graph_api.errors import StoreUnavailable
from graph_api.stores import open_store
from graph_api.stores.sqlite.network_drive import network_drive
from schema.batch import GraphBatch
from schema.people import Team
from tests.stores.test_read_only import NOBODY, path

__all__ = ["path"]

# as proc(5) writes it: a space in a name is \040, what is mounted later lies above
MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:42 / /mnt/nas rw,relatime shared:7 master:1 - nfs4 nas:/export rw,vers=4.2
37 36 8:2 / /mnt/nas/disk rw - xfs /dev/sdb1 rw
38 22 0:43 / /mnt/my\040share rw - cifs //nas/share rw
39 22 0:44 / /data rw - ext4 /dev/sdc1 rw
40 22 0:45 / /data rw - virtiofs host rw
41 22 0:46 / /mnt/nasty rw - btrfs /dev/sdd rw
""".strip()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/lib/baodian.db", None),
        ("/mnt/nas/city.db", "nfs4"),
        ("/mnt/nas/disk/city.db", None),
        ("/mnt/my share/city.db", "cifs"),
        ("/data/city.db", "virtiofs"),
        ("/mnt/nasty/city.db", None),
    ],
)
def test_a_drive_of_another_machine_is_known(tmp_path: Path, place: str, kind: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, "utf-8")
    assert network_drive(Path(place), mounts) == kind
    assert network_drive(Path(place), tmp_path / "none") is None


async def test_it_is_said_once_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"36 22 0:42 / {tmp_path} rw - nfs4 nas:/export rw", "utf-8")
    monkeypatch.setattr(network_drive, "__defaults__", (mounts,))
    with caplog.at_level(logging.WARNING):
        for name in ("first", "second"):
            store = open_store(f"sqlite:///{tmp_path}/city.db")
            await store.apply(GraphBatch(entities=[Team(id=name)]))
            await store.close()
    assert [each.message for each in caplog.records if "another machine (nfs4)" in each.message] == [
        each.message for each in caplog.records if each.levelno >= logging.WARNING
    ]
    assert len(caplog.records) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="files are given to others by root alone")
async def test_the_file_that_is_not_this_users_is_named(path: Path) -> None:
    url = f"sqlite:///{path}"
    left = open_store(url)  # its log stays for as long as it is open
    await left.apply(GraphBatch(entities=[Team(id="first")]))
    path.parent.chmod(0o777)
    os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        store = open_store(url)
        with pytest.raises(StoreUnavailable, match=r"city.db-(wal|shm) is not this user's to read and write"):
            await store.revision()
        await store.close()
        (path.parent / "folder").mkdir()
        folder = open_store(f"{url.rpartition('/')[0]}/folder")
        with pytest.raises(StoreUnavailable, match="there is a folder, not a file"):
            await folder.revision()
        await folder.close()
    finally:
        os.seteuid(0)
    await left.close()
