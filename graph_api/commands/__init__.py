"""Commands: all that writes. A change is planned on one revision, then committed once."""
