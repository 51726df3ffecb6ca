"""Exports: answers as files and as short links for people who use Cypher."""
