"""What the graph may contain: entity kinds, relationship kinds and their ends, vocabularies, units, batches."""
