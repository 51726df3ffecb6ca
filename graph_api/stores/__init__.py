"""Durable stores of the graph behind one contract."""

from graph_api.stores.opening import open_store
from graph_api.stores.sqlite.unused import remove_unused

__all__ = ["open_store", "remove_unused"]
