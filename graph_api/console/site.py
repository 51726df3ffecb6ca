"""The files of the console: read once, named by one digest of all, so that a browser keeps them for ever."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
SERVED = ("js", "css", "vendor")
"""Folders whose files a browser may ask for."""
OPERATIONS = "js/operations.js"
"""A module that is no file: the documents of `operations/`, by name."""
PICTURES = "css/picture.css"
"""The style sheet of the pictures, which stands where they are drawn."""
MEDIA = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


class Held(NamedTuple):
    """A file as it is sent: packed for a client that takes gzip."""

    media: str
    plain: bytes
    packed: bytes


class Site(NamedTuple):
    """All of them. `page`: what is answered at `/`."""

    digest: str
    files: Mapping[str, Held]
    page: str

    def page_for(self, zone: str) -> str:
        """The page of a utility whose clocks are of this time zone."""
        return self.page.replace("{{zone}}", escape(zone, quote=True))


@cache
def site() -> Site:
    """The console of this installation."""
    files = {name: _held(name, text) for name, text in sorted(_read())}
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + each.plain for name, each in files.items())).hexdigest()
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    modules = "\n    ".join(
        f'<link rel="modulepreload" href="{{{{at}}}}/{name}" />' for name in files if name.endswith((".js", ".mjs"))
    )
    page = page.replace("{{modules}}", modules).replace("{{at}}", address(digest[:16]))
    return Site(digest[:16], files, page)


def address(digest: str) -> str:
    """Where the files with this digest are asked for."""
    return f"/console/{digest}"


def documents() -> dict[str, str]:
    """The stored operations, by the name of their file, each with those of `fragments.graphql` that it uses."""
    found = {each.stem: each.read_text(encoding="utf-8") for each in sorted((FOLDER / "operations").glob("*.graphql"))}
    begins = re.compile(r"^(?=fragment )", re.MULTILINE)
    shared = {each.split()[1]: each for each in begins.split(found.pop("fragments")) if each}
    return {name: text + "".join(_used(text, shared)) for name, text in found.items()}


def _used(text: str, shared: Mapping[str, str]) -> Iterator[str]:
    """The fragments that a document uses, and those that these use."""
    todo = [text]
    used = dict[str, str]()
    for each in todo:
        new = {name: shared[name] for name in re.findall(r"\.\.\.(\w+)", each) if name in shared and name not in used}
        used |= new
        todo += new.values()
    yield from used.values()


def _read() -> Iterator[tuple[str, bytes]]:
    for folder in SERVED:
        for path in (FOLDER / folder).rglob("*"):
            if path.suffix in MEDIA:
                yield path.relative_to(FOLDER).as_posix(), path.read_bytes()
    yield PICTURES, (FOLDER.parent / "exports" / "picture" / "picture.css").read_bytes()
    yield OPERATIONS, f"export default {json.dumps(documents(), ensure_ascii=False)};\n".encode()


def _held(name: str, text: bytes) -> Held:
    return Held(MEDIA[Path(name).suffix], text, gzip.compress(text, 9, mtime=0))
