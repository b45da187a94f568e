"""DDL from a catalog: CREATE statements in any dialect, and empty copies of a source's tables.

`statements` writes them in an order that can be run; `writer` says what each dialect's CREATE TABLE
can hold, a file each for those with more to say; `translation` carries types and expressions from
one dialect to another; `create` runs them. What a dialect cannot say is left out and listed.
"""

from metadata_assets.schema.ddl.create import create_empty_tables
from metadata_assets.schema.ddl.statements import Ddl, Statement, write_ddl

__all__ = ["Ddl", "Statement", "create_empty_tables", "write_ddl"]
