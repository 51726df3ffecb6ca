"""Tables (CSV, TSV, .xlsx) into the graph, by the plain mapping or a mapping file (see docs/mapping.md)."""

from loaders.tabular.source import TabularSource

__all__ = ["TabularSource"]
