"""Commands to look things up."""
