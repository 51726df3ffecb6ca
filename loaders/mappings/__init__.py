"""Built-in mapping files: one YAML per source system (see docs/mapping.md)."""
