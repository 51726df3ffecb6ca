"""Access by the API."""
