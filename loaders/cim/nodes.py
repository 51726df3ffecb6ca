"""Where terminals stand: on their ConnectivityNode, else on their TopologicalNode; of both there is one node.

Terminal a  ConnectivityNode=#c TopologicalNode=#t ─┐
                                                    ├─ both stand on c
Terminal b  TopologicalNode=#t ─────────────────────┘
"""

from __future__ import annotations

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from schema.words import say


class Nodes:
    """The nodes of a model, made of both kinds; see `of`."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._joined: dict[str, list[str]] = {}
        self._told: set[str] = set()
        for item in (*model.each("ConnectivityNode"), *model.each("Terminal")):
            fine = item if item.cls == "ConnectivityNode" else model.target(item, "ConnectivityNode")
            coarse = model.target(item, "TopologicalNode")
            if fine is not None and fine.cls == "ConnectivityNode" and coarse is not None:
                keys = self._joined.setdefault(coarse.key, [])
                keys += [] if fine.key in keys else [fine.key]
        self._stood_on = {
            item.values["TopologicalNode"]
            for item in model.each("Terminal")
            if model.target(item, "ConnectivityNode") is None and model.target(item, "TopologicalNode") is not None
        }
        folded = [node for node in model.each("TopologicalNode") if not self._is_node(node)]
        model.leave_out_objects(folded, say("its ConnectivityNodes were read"))

    def _is_node(self, node: CimObject) -> bool:
        if node.key in self._joined:
            return False
        return node.key in self._stood_on or not self._model.each("ConnectivityNode")

    def of(self, terminal: CimObject) -> str | None:
        """Key of the node that a terminal stands on; None if the model has none for it."""
        fine = self._model.target(terminal, "ConnectivityNode")
        if fine is not None:
            return fine.key
        coarse = terminal.values.get("TopologicalNode", "")
        joined = self._joined.get(coarse)
        if joined is None:
            return coarse if self._model.target(terminal, "TopologicalNode") is not None else None
        if len(joined) > 1 and terminal.key not in self._told:
            self._told.add(terminal.key)
            reason = say(
                "its TopologicalNode joins {count} ConnectivityNodes; taken as standing on {node}",
                count=len(joined),
                node=joined[0],
            )
            self._model.find(
                terminal, "TopologicalNode", coarse, reason, say("Name its ConnectivityNode in the source system.")
            )
        return joined[0]
