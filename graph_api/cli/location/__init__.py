"""Commands about the place of a fault."""
