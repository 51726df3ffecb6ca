"""Readiness, as the API shows it."""
