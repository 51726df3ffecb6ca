"""Fails where the share of branches that a coverage run took is below a floor: `python -m tests.branches 95`."""

from __future__ import annotations

import json
import subprocess
import sys


def main() -> None:
    """Read what `pytest --cov` left, print the share, exit 1 below the floor (in percent)."""
    floor = float(sys.argv[1])
    told = subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", "-"], capture_output=True, check=True)
    totals = json.loads(told.stdout)["totals"]
    share = 100 * totals["covered_branches"] / totals["num_branches"]
    sys.stdout.write(f"branches: {totals['covered_branches']:,} of {totals['num_branches']:,}, {share:.2f} %\n")
    if share < floor:
        sys.exit(f"less than {floor:g} % of the branches are taken by tests")


if __name__ == "__main__":
    main()
