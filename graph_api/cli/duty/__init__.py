"""Commands about who answers."""
