"""Catalogs that are themselves tables: CSV, Excel or a query."""
