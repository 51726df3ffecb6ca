"""CIM files drawn as text: one object a line, `Class key property=value property=#key ...`."""

from pathlib import Path

from loaders.cim import CimSource
from loaders.source import Reading
from schema.entity import Entity
from schema.relationships import Relationship, RelationshipKind

CIM100 = "http://iec.ch/TC57/CIM100#"
CIM16 = "http://iec.ch/TC57/2013/CIM-schema-cim16#"
CIM17 = "http://iec.ch/TC57/2016/CIM-schema-cim17#"


def rdf(drawing: str, namespace: str = CIM100, identity: str = "ID") -> str:
    """The drawing as RDF/XML: identity "ID" writes rdf:ID="_k" and "#_k", "about" writes "urn:uuid:k"."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<rdf:RDF xmlns:cim="{namespace}" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    ]
    for line in filter(None, (each.strip() for each in drawing.splitlines())):
        cls, key, *properties = line.split()
        mark = f'rdf:ID="_{key}"' if identity == "ID" else f'rdf:about="urn:uuid:{key}"'
        lines.append(f"<cim:{cls} {mark}>")
        for item in properties:
            name, _, value = item.partition("=")
            if value.startswith("#"):
                to = f"#_{value[1:]}" if identity == "ID" else f"urn:uuid:{value[1:]}"
                lines.append(f'<cim:Some.{name} rdf:resource="{to}"/>')
            elif value.startswith("@"):
                lines.append(f'<cim:Some.{name} rdf:resource="{namespace}{value[1:]}"/>')
            else:
                lines.append(f"<cim:Some.{name}>{value}</cim:Some.{name}>")
        lines.append(f"</cim:{cls}>")
    return "\n".join([*lines, "</rdf:RDF>"])


class Read:
    """What came out of the files of one load."""

    def __init__(self, *paths: Path, system: str = "") -> None:
        reading = Reading(first_load=7)
        self.report = reading.report
        batches = list(CimSource(paths, system).batches(reading))
        self.entities: dict[str, Entity] = {each.id: each for batch in batches for each in batch.entities}
        self.links: list[Relationship] = [each for batch in batches for each in batch.relationships]
        self.account = self.report.accounts[0]
        assert self.report.closed

    def linked(self, kind: RelationshipKind) -> set[str]:
        return {f"{each.source}-{each.target}" + (f":{each.key}" if each.key else "")
                for each in self.links if each.kind is kind}  # fmt: skip

    @property
    def rejected(self) -> list[str]:
        return [f"{each.column}={each.value}: {each.reason}" for each in self.report.rejects]

    @property
    def found(self) -> list[str]:
        return [f"{each.column}={each.value}: {each.reason}" for each in self.report.findings if each.row]


def read(folder: Path, drawing: str, namespace: str = CIM100, identity: str = "ID") -> Read:
    path = folder / "model.xml"
    path.write_text(rdf(drawing, namespace, identity), encoding="utf-8")
    return Read(path)
