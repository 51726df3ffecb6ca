"""应急事件处置: commands that add entries to the timeline of an incident."""
