"""Reading a source's catalog: one driver an engine, over bulk catalog queries."""
