"""The demo city 临江 and the generator that makes a city of any size.

The city is fictitious: no name, number, address or place in it belongs to anybody. Telephone numbers are of ranges
that are not in use (+86 129..., +86 0600...), and the place on the map is arbitrary.
"""

REFERENCE_FEEDERS = 48
"""10 kV feeders of the demo city: the size for which the counts in `seeds.city` hold; other sizes scale with it."""
