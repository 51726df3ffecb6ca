"""The demo city 临江 and the generator that makes a city of any size."""
