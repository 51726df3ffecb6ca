"""Many nights on the demo city: `python -m tests.judged.torture_nights SEED COUNT`; holds every
answer against the independent model and writes what is wrong, by fault."""

from __future__ import annotations

import sys

from tests.judged.test_impact import city
from tests.judged.test_nights import drawn, wrong


def main() -> int:
    """Play them; 1 if anything was wrong."""
    seed, count = map(int, sys.argv[1:])
    model, net = city.__wrapped__()  # type: ignore[attr-defined]
    found = wrong(model, drawn(model, seed, count), net)
    for thing, complaints in found.items():
        sys.stdout.write("\n  ".join((thing, *complaints)) + "\n")
    sys.stdout.write(f"seed {seed}: {count} nights, {len(found)} of them wrong\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
