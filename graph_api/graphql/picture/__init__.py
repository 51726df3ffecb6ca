"""Pictures in the API."""
