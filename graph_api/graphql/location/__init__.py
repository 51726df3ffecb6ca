"""Fault location in the API."""
