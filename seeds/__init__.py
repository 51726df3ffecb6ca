"""The demo city 临江 and the generator that makes a city of any size.

The city is fictitious: no name, number, address or place in it belongs to anybody. Telephone numbers are of ranges
that are not in use (+86 129..., +86 0600...), and the place on the map is arbitrary.
"""

from seeds.city import REFERENCE_FEEDERS
from seeds.generator import GeneratedCity, batches, generate, piece_count

__all__ = ["REFERENCE_FEEDERS", "GeneratedCity", "batches", "generate", "piece_count"]
