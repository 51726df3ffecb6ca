"""The graph in memory: immutable snapshots, topology index, search index."""
