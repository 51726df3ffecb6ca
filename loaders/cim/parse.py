"""RDF/XML to CIM objects, streaming: the XML tree is never held, entities are never expanded, nothing is fetched."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from loaders.cim.parts import Part
from schema.errors import LoadError
from schema.words import say

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CIM_NAMESPACES = ("http://iec.ch/TC57/", "https://cim.ucaiug.io/", "http://iec.ch/TC57")
"""Beginnings of the namespaces of CIM in all its versions and of its headers."""
_ERRORS = etree.ErrorTypes
_ENCODING_ERRORS = {
    _ERRORS.ERR_INVALID_ENCODING,
    _ERRORS.ERR_INVALID_CHAR,
    _ERRORS.ERR_UNSUPPORTED_ENCODING,
    _ERRORS.ERR_UNKNOWN_ENCODING,
    getattr(_ERRORS, "I18N_CONV_FAILED", 6003),
}


_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


class Reference(str):
    """The value of a property that refers to another object: its key."""

    __slots__ = ()


@dataclass(slots=True)
class CimObject:
    """What one element of a file says about an object: class, key, line, and its properties.

    A property's name is what stands behind the class: `Switch.normalOpen` -> "normalOpen". The value of a reference
    is the key of the object referred to, or the name of an enumeration's value (`SinglePhaseKind.A`).
    """

    cls: str
    key: str
    """The identity without decoration; a UUID in small letters, so that it is one in any writing."""
    line: int
    values: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    named: str = ""
    """The identity as it is written, without decoration."""
    part: int = 0
    """Place of its text among those of the load."""
    more: list[CimObject] = field(default_factory=list)
    """Further elements that speak of the same object; their properties stand in `values` too."""

    def all_of(self, name: str) -> list[str]:
        """Every value of a property that may stand more than once, in order."""
        first = self.values.get(name)
        return [] if first is None else [first, *self.repeated.get(name, ())]


def key_of(reference: str) -> str:
    """Key of a reference or identity: `#_1` = `_1` = `urn:uuid:1` = `file.xml#_1` = "1"; UUIDs in small letters."""
    name = _undecorated(reference)
    return name.lower() if _UUID.fullmatch(name) else name


def _undecorated(reference: str) -> str:
    reference = reference.rpartition("#")[2].strip()
    if reference[:9].lower() == "urn:uuid:":
        reference = reference[9:]
    return reference.removeprefix("_")


def parse(part: Part, number: int = 0) -> Generator[CimObject, None, None]:
    """The elements of a text in order, as those of part `number`; one without identity has the key "".

    Raises LoadError with the line and what to do if the text is not CIM RDF/XML or cannot be read to its end.
    """
    try:
        with part.open() as file:
            if not part.member and part.path.stat().st_size == 0:
                raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=part.name), file=part.name)
            for found in _objects(part, file):
                found.part = number
                yield found
    except etree.XMLSyntaxError as error:
        raise LoadError(_explained(part, error), file=part.name) from error


def _objects(part: Part, file: BinaryIO) -> Iterator[CimObject]:
    depth = 0
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for event, element in events:
        if event == "start":
            if depth == 0:
                _check_root(part, element)
            depth += 1
            continue
        depth -= 1
        if depth == 1 and isinstance(element.tag, str):
            yield _object(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _check_root(part: Part, root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise LoadError(
            say(
                "{path} declares a DOCTYPE, which CIM files have no use for and which can hide an attack "
                "(entities that read files or fill the memory). Remove the <!DOCTYPE ...> part and load "
                "again.",
                path=part.name,
            )
        )
    name = str(root.tag).rpartition("}")[2]
    if ":" in name:
        raise LoadError(
            say(
                "{path} breaks off or is damaged: its root <{name}> declares no namespace. Export it again.",
                path=part.name,
                name=name,
            )
        )
    if root.tag != f"{RDF}RDF":
        raise LoadError(
            say(
                "{path} is XML, but not CIM RDF/XML: its root is <{name}>, not <rdf:RDF>. Export the "
                "model as CIM RDF/XML (IEC 61970-552).",
                path=part.name,
                name=name,
            )
        )


def _object(element: etree._Element) -> CimObject:
    name = etree.QName(element)
    identity = element.get(f"{RDF}ID") or element.get(f"{RDF}about") or ""
    cls = name.localname if (name.namespace or "").startswith(CIM_NAMESPACES) else f"{element.prefix}:{name.localname}"
    made = CimObject(
        sys.intern(cls),
        key_of(identity),
        _line(element),
        named=_undecorated(identity),
    )
    for child in element:
        if not isinstance(child.tag, str):
            continue
        attribute = sys.intern(etree.QName(child).localname.rpartition(".")[2])
        resource = child.get(f"{RDF}resource")
        value = (child.text or "").strip() if resource is None else Reference(key_of(resource))
        if attribute in made.values:
            made.repeated.setdefault(attribute, []).append(value)
        elif value:
            made.values[attribute] = value
    return made


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def _explained(part: Part, error: etree.XMLSyntaxError) -> str:
    line = error.lineno or 0
    code = getattr(error, "code", None)
    if code in _ENCODING_ERRORS or "ncoding" in str(error):
        return say(
            "{path}, line {line}: the bytes are not in the encoding that the file's first line "
            'declares. Correct encoding="..." there (GB18030 for most Chinese exports), or save the '
            "file as UTF-8.",
            path=part.name,
            line=line,
        )
    if code in {_ERRORS.ERR_DOCUMENT_EMPTY, _ERRORS.ERR_DOCUMENT_START}:
        return say(
            "{path} is not an XML file. CIM is loaded from RDF/XML; unpack it first if it is an archive.",
            path=part.name,
        )
    if b">" not in _tail(part).rstrip()[-2:] or code == _ERRORS.ERR_TAG_NOT_FINISHED:
        return say(
            "{path} ends in the middle (line {line}): it was cut off. Export or copy it again.",
            path=part.name,
            line=line,
        )
    what = str(error).partition(" (")[0]
    return say(
        "{path}, line {line}: the XML is broken ({what}). Export it again, or mend that line.",
        path=part.name,
        line=line,
        what=what,
    )


def _tail(part: Part) -> bytes:
    tail = b""
    with part.open() as file:
        while block := file.read(1 << 20):
            tail = (tail + block)[-1000:]
    return tail
