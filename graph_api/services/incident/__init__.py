"""应急事件处置: the state of an incident, worked out from the entries of its timeline. Pure."""
