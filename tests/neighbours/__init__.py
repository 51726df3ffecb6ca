"""What neighbours do to a store, played on real ones: `python -m tests.neighbours` prints what became of it."""
