"""Lists in the API: Relay connections, cursors, filters."""
