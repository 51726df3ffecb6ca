"""Durable stores of the graph behind one contract."""
