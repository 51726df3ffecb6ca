"""Commands of access: keys, and who one is."""
