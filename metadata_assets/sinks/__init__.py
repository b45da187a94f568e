"""Where the training records are pushed to: Vanna, or a file. Knows records, not catalogs."""
