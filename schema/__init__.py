"""What the graph may contain: entity kinds, relationship kinds and their ends, vocabularies, units, batches."""

PROJECT = "baodian"
"""Whose `schema` this is: an unrelated distribution on the package index has the same import name."""
