"""Training records: what a text-to-SQL assistant is taught, kept true to the catalog."""
