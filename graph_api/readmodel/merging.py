"""Merging an overlay into its base: new columns with the same numbers and the same answers.

Rows that did not change are copied in runs, so that a merge costs little more than copying memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import (
    KIND_CODE,
    NO_ENTITY,
    Base,
    Columns,
    Longs,
    buckets,
    hash_of,
    offsets,
    state_of,
)
from graph_api.readmodel.overlay import Changed, Overlay, placed

Rows = Sequence[npt.NDArray[Any]]


def merged(base: Base, overlay: Overlay) -> Base:
    """Columns that hold what base and overlay hold together."""
    old, size = base.columns, overlay.size
    kind, state = _grown(old.kind, size, NO_ENTITY), _grown(old.state, size)
    version, hashes = _grown(old.version, size), _grown(old.hash, size)
    for index, row in overlay.rows.items():
        kind[index] = NO_ENTITY if row is None else KIND_CODE[row.kind]
        state[index] = 0 if row is None else state_of(row.entity)
        version[index] = 0 if row is None else row.version
        hashes[index] = 0 if row is None else hash_of(row.id.encode())
    id_at, (ids,) = _spliced(old.id_at, [old.ids], _blobs(overlay, lambda row: row.id.encode()), size)
    body_at, (bodies,) = _spliced(old.body_at, [old.bodies], _blobs(overlay, lambda row: row.body), size)
    names, renamed = _key_table(base, overlay)
    codes = {name: code for code, name in enumerate(names)}
    leaving = _link_rows(base, overlay, codes, outgoing=True)
    arriving = _link_rows(base, overlay, codes, outgoing=False)
    out_key, in_key = (old.out_key, old.in_key) if renamed is None else (renamed[old.out_key], renamed[old.in_key])
    out: Rows = [old.out_kind, old.out_other, out_key, old.out_load, old.out_row]
    out_at, (out_kind, out_other, out_key, out_load, out_row) = _spliced(old.out_at, out, leaving, size)
    arrive: Rows = [old.in_kind, old.in_other, in_key]
    in_at, (in_kind, in_other, in_key) = _spliced(old.in_at, arrive, arriving, size)
    bucket_at, bucket = buckets(kind, hashes)
    written = [name.encode() for name in names]
    return Base(
        Columns(
            kind=kind,
            state=state,
            version=version,
            hash=hashes,
            id_at=id_at,
            ids=ids,
            body_at=body_at,
            bodies=bodies,
            bucket_at=bucket_at,
            bucket=bucket,
            out_at=out_at,
            out_kind=out_kind,
            out_other=out_other,
            out_key=out_key,
            out_load=out_load,
            out_row=out_row,
            in_at=in_at,
            in_kind=in_kind,
            in_other=in_other,
            in_key=in_key,
            key_at=offsets(np.array([len(name) for name in written], dtype=np.int64)),
            keys=np.frombuffer(b"".join(written), dtype=np.uint8),
        )
    )


def _grown(column: npt.NDArray[Any], size: int, fill: int = 0) -> npt.NDArray[Any]:
    grown = np.full(size, fill, dtype=column.dtype)
    grown[: len(column)] = column
    return grown


def _blobs(overlay: Overlay, text: Callable[[Changed], bytes]) -> dict[int, Rows]:
    return {
        index: [np.frombuffer(b"" if row is None else text(row), dtype=np.uint8)] for index, row in overlay.rows.items()
    }


def _spliced(at: Longs, columns: Rows, replaced: Mapping[int, Rows], size: int) -> tuple[Longs, list[npt.NDArray[Any]]]:
    """Offsets and columns of `size` rows: those that stand in `replaced`, the others as they were, new ones empty."""
    lengths = np.zeros(size, dtype=np.int64)
    lengths[: len(at) - 1] = np.diff(at)
    places = sorted(replaced)
    lengths[places] = [len(replaced[index][0]) for index in places]
    made = []
    for number, column in enumerate(columns):
        pieces, done = [], 0
        for index in places:
            if index < len(at) - 1:
                pieces.append(column[done : at[index]])
                done = at[index + 1]
            else:
                pieces.append(column[done:])
                done = len(column)
            pieces.append(replaced[index][number].astype(column.dtype, copy=False))
        made.append(np.concatenate([*pieces, column[done:]]))
    return offsets(lengths), made


def _key_table(base: Base, overlay: Overlay) -> tuple[list[str], npt.NDArray[np.int32] | None]:
    """All keys, ascending, and where those of the base went; None if they stayed."""
    fresh = {key for links in overlay.links.values() for key in links.keys}.difference(base.keys)
    if not fresh:
        return base.keys, None
    names = sorted({*base.keys, *fresh})
    codes = {name: code for code, name in enumerate(names)}
    return names, np.array([codes[name] for name in base.keys], dtype=np.int32)


def _link_rows(base: Base, overlay: Overlay, codes: Mapping[str, int], *, outgoing: bool) -> dict[int, Rows]:
    """Whole rows of the entities whose links of one direction changed."""
    touched = {index for index, _, leaves in map(placed, overlay.links) if leaves is outgoing}
    return {index: _link_row(base, overlay, index, codes, outgoing=outgoing) for index in touched}


def _link_row(base: Base, overlay: Overlay, index: int, codes: Mapping[str, int], *, outgoing: bool) -> Rows:
    kinds, others, keys, origins = list[int](), list[int](), list[int](), list[tuple[int, int]]()
    for code in overlay.codes(base, index, outgoing=outgoing):
        links = overlay.held(base, index, code, outgoing=outgoing)
        kinds += [code] * len(links.others)
        others += links.others
        keys += [codes[key] for key in links.keys]
        origins += links.origins
    row: list[npt.NDArray[Any]] = [np.array(values, dtype=np.int64) for values in (kinds, others, keys)]
    if outgoing:
        row.extend(np.array(origins, dtype=np.int64).reshape(-1, 2).T)
    return row
