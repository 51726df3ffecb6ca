"""Readers of published test systems, with which the answers are compared with those of the literature."""
