"""OpenDSS scripts (.dss): what topology, loads and switches need of them."""

from loaders.opendss.source import OpenDssSource

__all__ = ["OpenDssSource"]
