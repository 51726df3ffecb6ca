"""The night of acceptance: a script that plays through the public API of a server alone."""
