"""SQLGlot schemas: canonical types, the schema of a source, its file, its registered versions."""
