"""A set of profile files in one archive."""

from __future__ import annotations

import zipfile
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_api.exports.cim.dialects import Dialect, Part
from graph_api.exports.cim.objects import Objects
from graph_api.exports.cim.rdf import END, header, lines_of, made_of
from graph_api.readmodel.model import ReadModel
from graph_api.whole_file import whole
from schema.grid import Switch
from schema.registry import SWITCHES


def write_cim(model: ReadModel, out: Path, dialect: Dialect, now: datetime) -> dict[Part, Counter[str]]:
    """Write the grid as EQ, SSH, GL and, where something is drawn, DL into one archive; objects by class of each file.

    The state is true at the latest time that a position was reported, else now. Raises StoreUnavailable where the
    disk is full.
    """
    counts: dict[Part, Counter[str]] = {part: Counter() for part in Part}
    as_of = _last_report(model) or now
    names = {part: made_of(out.stem, as_of.isoformat(), str(model.graph.revision), part) for part in Part}
    with TemporaryDirectory(prefix="baodian-") as scratch, whole(out) as draft:
        paths = {part: Path(scratch) / f"{out.stem}_{part}.xml" for part in Part}
        with ExitStack() as stack:
            files = {part: stack.enter_context(path.open("w", encoding="utf-8")) for part, path in paths.items()}
            for part, file in files.items():
                needs = "" if part is Part.EQ else names[Part.EQ]
                file.writelines(f"{line}\n" for line in header(part, dialect, names[part], as_of, now, needs))
            for part, statement in Objects(model, dialect).statements():
                counts[part][statement.cls] += 1
                files[part].writelines(f"{line}\n" for line in lines_of(statement, dialect))
            for file in files.values():
                file.write(f"{END}\n")
        written = [part for part in Part if counts[part] or part is not Part.DL]
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in written:
                archive.write(paths[part], paths[part].name)
    return {part: counts[part] for part in written}


def _last_report(model: ReadModel) -> datetime | None:
    graph = model.graph
    switches = (graph.get(Switch, index) for kind in SWITCHES for index in graph.of_kind(kind))
    return max((each.position_at for each in switches if each.position_at is not None), default=None)
