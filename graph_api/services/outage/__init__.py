"""Outage (停电): what an event does to the grid and to customers, and until when they can bear it."""
