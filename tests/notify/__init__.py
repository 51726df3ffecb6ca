"""Messages to people: real receivers, real processes."""
