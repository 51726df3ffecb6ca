"""应急事件 in the API: the state of an incident, as it is, as it was, and as it was known."""
