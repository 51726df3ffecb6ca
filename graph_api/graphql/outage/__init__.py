"""Impact in the API."""
