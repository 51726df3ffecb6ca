"""Packed tables: a .gz of one, a .zip of several, unpacked into a folder that goes away with its user."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from loaders.archives import BROKEN, RATIO, SMALL, UNPACKED_BYTES, damaged, entries_of, shown_name, too_large
from loaders.tabular.shapefiles import BESIDE
from schema.errors import LoadError
from schema.words import say

PACKS = frozenset({".gz", ".zip"})
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file to read: `label` is what reports call it, with the archive that it came from."""

    path: Path
    label: str


def members(path: Path) -> list[str]:
    """Names of what an archive holds; empty for one that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [entry.filename for entry in archive.infolist()]
    except (OSError, *BROKEN):
        return []


def unpacked(path: Path, into: Path, suffixes: frozenset[str]) -> tuple[list[Unpacked], list[str]]:
    """Tables that a .gz or .zip holds, by their suffixes, each in a folder of its own; and labels of all else in it.

    What stands beside a shapefile comes with it.

    Names of an archive lead nowhere: only the last part of one is used. Raises LoadError for an archive that cannot be
    trusted, is damaged, or holds no table.
    """
    if path.suffix.lower() == ".gz":
        return [_gunzipped(path, into / "0")], []
    found: list[Unpacked] = []
    others: list[str] = []
    entries = entries_of(path)
    shapes = {_stem(shown_name(entry)): number for number, entry in enumerate(entries) if _is_shape(entry)}
    try:
        with zipfile.ZipFile(path) as archive:
            for number, entry in enumerate(entries):
                name = PurePosixPath(shown_name(entry).replace("\\", "/"))
                label = f"{path.name}/{name}"
                shape = shapes.get(_stem(shown_name(entry))) if name.suffix.lower() in BESIDE else None
                if shape is None and name.suffix.lower() not in suffixes:
                    others.append(label)
                    continue
                target = into / str(number if shape is None else shape) / name.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file, _PIECE)
                found += [Unpacked(target, label)] if shape is None else []
    except BROKEN as error:
        raise damaged(path.name, error) from error
    if not found:
        raise LoadError(_no_table(path, others))
    return found, others


def _is_shape(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith(".shp")


def _stem(name: str) -> str:
    """Name of a member without its suffixes: of a.shp.xml a."""
    path = PurePosixPath(name.replace("\\", "/").casefold().removesuffix(".shp.xml"))
    return str(path if path.name.endswith(".shp.xml") else path.with_suffix(""))


def _no_table(path: Path, others: Sequence[str]) -> str:
    return say(
        "{path} holds no table (.csv, .tsv, .txt, .xlsx, .xls, .ods, .geojson, .gpkg, .shp, .vcf, .ics). It holds: "
        "{others}.",
        path=path.name,
        others=", ".join(others[:5]) or say("nothing"),
    )


def _gunzipped(path: Path, into: Path) -> Unpacked:
    into.mkdir(parents=True)
    target = into / path.stem
    done, own = 0, path.stat().st_size
    try:
        with gzip.open(path) as packed, target.open("wb") as file:
            while piece := packed.read(_PIECE):
                done += len(piece)
                if done > UNPACKED_BYTES or (done > SMALL and done > RATIO * own):
                    raise too_large(path)
                file.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise LoadError(
            say("{path} is damaged or no .gz file. Copy or export it again.", path=path.name), file=path.name
        ) from error
    return Unpacked(target, path.name)
