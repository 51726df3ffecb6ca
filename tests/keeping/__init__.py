"""Several processes keep the timelines of one store, and are killed while they do."""
