"""Statements about CIM objects as RDF/XML (IEC 61970-552)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from graph_api.exports.cim.dialects import Dialect, Part

_ROOM = uuid.UUID("6f1d2f6a-9d0b-5c35-8e57-0f3c4c1b7a11")
"""Namespace of the identities that are made of our own."""
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEADER = "http://iec.ch/TC57/61970-552/ModelDescription/1#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


class Ref(str):
    """The value of a property that refers to another object: its identity."""

    __slots__ = ()


class Kind(str):
    """The value of a property that is one of an enumeration, as SinglePhaseKind.A."""

    __slots__ = ()


Value = str | float | bool | None
"""None and "" are not written."""


class Statement(NamedTuple):
    """What one file says of one object; `defined` in the file that it belongs to, else only spoken of."""

    cls: str
    identity: str
    properties: Sequence[tuple[str, Value]]
    defined: bool = True


class Identities:
    """Identities by id: the key of the source model, else the id, where XML can have it so and none before had it;
    else a UUID made of the id. `keys` has those keys, by id: other files of that model refer by nothing else."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._of: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """The identity of what has this id."""
        if name not in self._of:
            wanted = (each.removeprefix("_") for each in (self._keys.get(name, ""), name))
            free = (each for each in wanted if _PLAIN.fullmatch(each) and each.lower() not in self._taken)
            found = next(free, None) or made_of(name)
            self._taken.add(found.lower())
            self._of[name] = found
        return self._of[name]


def made_of(*parts: str) -> str:
    """A UUID that is the same whenever it is made of the same."""
    return str(uuid.uuid5(_ROOM, "\x1f".join(parts)))


def header(part: Part, dialect: Dialect, model: str, as_of: datetime, created: datetime, needs: str) -> Iterator[str]:
    """The FullModel of a file: what it is, when it is true, and the identity of the file that it needs."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns:cim="{dialect.namespace}" xmlns:md="{_HEADER}">'
    yield f'<md:FullModel rdf:about="urn:uuid:{model}">'
    yield f"<md:Model.scenarioTime>{_moment(as_of)}</md:Model.scenarioTime>"
    yield f"<md:Model.created>{_moment(created)}</md:Model.created>"
    yield "<md:Model.version>1</md:Model.version>"
    for uri in dialect.profiles[part]:
        yield f"<md:Model.profile>{uri}</md:Model.profile>"
    yield "<md:Model.modelingAuthoritySet>urn:baodian</md:Model.modelingAuthoritySet>"
    if needs:
        yield f'<md:Model.DependentOn rdf:resource="urn:uuid:{needs}"/>'
    yield "</md:FullModel>"


END = "</rdf:RDF>"


def lines_of(statement: Statement, dialect: Dialect) -> Iterator[str]:
    """One object."""
    mark = f'rdf:ID="_{statement.identity}"' if statement.defined else f'rdf:about="#_{statement.identity}"'
    yield f"<cim:{statement.cls} {mark}>"
    for name, value in statement.properties:
        if value is None or value == "":
            continue
        if isinstance(value, Ref):
            yield f'<cim:{name} rdf:resource="#_{value}"/>'
        elif isinstance(value, Kind):
            yield f"<cim:{name} rdf:resource={quoteattr(dialect.namespace + value)}/>"
        else:
            yield f"<cim:{name}>{_text(value)}</cim:{name}>"
    yield f"</cim:{statement.cls}>"


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return escape(_NO_XML.sub("", str(value)))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
