"""Commands about restoration."""
