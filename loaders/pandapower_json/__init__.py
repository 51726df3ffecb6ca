"""pandapower networks (JSON) into the graph, read as data: nothing that a file names is imported or run."""

from loaders.pandapower_json.source import PandapowerSource

__all__ = ["PandapowerSource"]
