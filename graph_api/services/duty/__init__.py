"""Duty (责任与值班): who answers for a thing at a time, and whom to call."""
