"""Log-in by a real OpenID provider."""
