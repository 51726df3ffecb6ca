"""Live: the newest read model of a store, followed commit by commit: the one place that knows both."""
