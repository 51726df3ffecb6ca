"""Responsibility tables in the API."""
