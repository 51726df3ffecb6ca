"""What a CIM model holds and what of it is live, by a reading of its own: lxml and networkx, nothing of the loader."""

from __future__ import annotations

import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import networkx as nx
from lxml import etree

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SWITCHES = {
    "Switch", "Breaker", "DisconnectingCircuitBreaker", "ProtectedSwitch", "Recloser", "LoadBreakSwitch",
    "Sectionaliser", "Disconnector", "GroundDisconnector", "Jumper", "Fuse", "Cut",
}  # fmt: skip
SOURCES = {"EnergySource", "ExternalNetworkInjection"}


class Truth:
    """One model of any number of files: what is said of each thing, whoever says it."""

    def __init__(self, *files: Path) -> None:
        self.said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.cls: dict[str, str] = {}
        self.elements: Counter[str] = Counter()
        """Elements by class, of all files."""
        for element in _elements(files):
            name = etree.QName(element).localname
            self.elements[name] += 1
            key = _bare(element.get(f"{RDF}ID") or element.get(f"{RDF}about") or "")
            if name not in {"FullModel"}:
                self.cls.setdefault(key, name)
            for child in element:
                if isinstance(child.tag, str):
                    value = child.get(f"{RDF}resource")
                    word = etree.QName(child).localname.rpartition(".")[2]
                    self.said[key][word].append(_bare(value) if value is not None else (child.text or "").strip())

    def one(self, key: str, word: str) -> str | None:
        """The last that is said."""
        return (self.said[key].get(word) or [None])[-1]

    def id(self, key: str) -> str:
        """The id that the thing has in the graph."""
        return self.one(key, "mRID") or key

    def live(self, *sources: str) -> set[str]:
        """Ids of all equipment and nodes that are live; `sources` beside those that the model has."""
        graph, terminals = nx.Graph(), defaultdict(list)
        for key, cls in self.cls.items():
            node = self.one(key, "ConnectivityNode") or self.one(key, "TopologicalNode")
            equipment = self.one(key, "ConductingEquipment")
            if cls == "Terminal" and node and equipment and self.one(key, "connected") != "false":
                terminals[equipment].append(node)
        roots = [key for key, cls in self.cls.items() if cls in SOURCES or key in sources]
        for equipment, nodes in terminals.items():
            if self._conducts(equipment):
                graph.add_edges_from((equipment, node) for node in nodes)
        reached: set[str] = set()
        for root in roots:
            if root in graph:
                reached |= nx.node_connected_component(graph, root)
        return {self.id(key) for key in reached}

    def _conducts(self, key: str) -> bool:
        in_service = self.one(key, "inService") or self.one(key, "normallyInService") or "true"
        return in_service.lower() != "false" and not (self.cls[key] in SWITCHES and self._open(key))

    def _open(self, key: str) -> bool:
        phases = [other for other, cls in self.cls.items() if cls == "SwitchPhase" and self.one(other, "Switch") == key]
        if any(self.one(phase, "closed") == "false" for phase in phases):
            return True
        position = self.one(key, "open") or self.one(key, "normalOpen") or "false"
        return position.lower() == "true"


def _elements(files: Iterable[Path]) -> Iterator[etree._Element]:
    for file in files:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                texts = [
                    archive.read(name)
                    for name in archive.namelist()
                    if name.endswith((".xml", ".rdf")) and "/._" not in name
                ]
        else:
            texts = [file.read_bytes()]
        for text in texts:
            yield from (each for each in etree.parse(BytesIO(text)).getroot() if isinstance(each.tag, str))


def _bare(reference: str) -> str:
    return reference.rpartition("#")[2].removeprefix("urn:uuid:").removeprefix("_")
