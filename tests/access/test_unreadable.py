"""What somebody else wrote into the documents beside the graph: told, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.access import register, uses
from graph_api.errors import StoreCorrupt
from graph_api.stores import open_store

WRITTEN = {
    "nothing": b"",
    "no JSON": b"\x00",
    "another type": b"[1]",
    "not UTF-8": b'{"keys": "\xff"}',
    "a key not UTF-8": b'{"\xff": "2026-01-01T00:00:00Z"}',
    "half a character": b'{"keys": "\\ud800"}',
    "a large number": b'{"keys": 1' + 400 * b"0" + b"}",
    "deep": b'{"a":' * 200_000,
    "deep keys": b'{"keys":' + b"[" * 200_000,
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
async def test_what_cannot_be_read_of_keys_and_uses_is_told(tmp_path: Path, written: bytes) -> None:
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    await store.put_document(uses.DOCUMENT, written, at_version=0)
    assert await uses.read_uses(store) == {}
    await store.close()
    if written != WRITTEN["a key not UTF-8"]:  # a register passes over what it does not know
        with pytest.raises(StoreCorrupt, match="The register of keys in the store cannot be read"):
            register.Register.decoded(written)
