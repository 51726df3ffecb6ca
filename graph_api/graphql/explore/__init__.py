"""Search, paths, neighbourhoods and traces in the API."""
