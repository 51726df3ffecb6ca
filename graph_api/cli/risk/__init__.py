"""Commands about weak spots, and published benchmarks."""
