"""What a source holds: the catalog as Arrow tables, its fingerprint, its invariants."""
