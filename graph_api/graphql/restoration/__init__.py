"""Restoration plans in the API."""
