"""Durable stores of the graph behind one contract."""

from graph_api.stores.opening import open_store

__all__ = ["open_store"]
