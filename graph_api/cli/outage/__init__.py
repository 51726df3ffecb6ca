"""Commands about an outage."""
