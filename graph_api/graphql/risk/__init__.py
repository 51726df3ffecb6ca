"""Supply risks and contingencies in the API."""
