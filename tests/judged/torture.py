"""Thousands of random networks, judged: `python -m tests.judged.torture --nets 10000 --first 20000` prints each seed
that differs, with what it asks. Known and unknown positions, automatic transfers, nights, and plans.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator

from tests.judged.random_nights import asked, nights
from tests.judged.test_plans import plan_wrong
from tests.truth.random_nets import Shape

SHAPES = {
    "known": Shape(unknown=0),
    "unknown": Shape(unknown=5),
    "transfers": Shape(unknown=0, transfers=0.4),
    "unknown transfers": Shape(unknown=4, transfers=0.4),
}


def differing(seed: int) -> Iterator[str]:
    """What the product says of the networks of a seed that the model does not."""
    for name, shape in SHAPES.items():
        for each in (*asked(seed, shape), *nights(seed, shape, unknown=bool(shape.unknown))):
            if found := [str(one) for one in each.wrong()]:
                yield f"{seed} {name} {[each.model.graph.id(thing) for thing in each.event.things]}: {found}"
        if thing_and_wrong := plan_wrong(seed, shape):
            yield f"{seed} {name} plan: {thing_and_wrong}"


def main() -> None:
    """Judge the networks of these seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nets", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=None, help="the first seed; without, one by chance")
    given = parser.parse_args()
    first = random.SystemRandom().randrange(10**9) if given.first is None else given.first
    _say(f"seeds {first} to {first + given.nets - 1}")
    count = 0
    for seed in range(first, first + given.nets):
        for line in differing(seed):
            count += 1
            _say(line)
    _say(f"{count} differences in {given.nets * len(SHAPES)} networks")
    raise SystemExit(bool(count))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
