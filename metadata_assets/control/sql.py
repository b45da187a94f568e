"""SQL on the lake: reads of every table, edits of the control table."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.control.sql_edit import EditOutcome, edit
from metadata_assets.control.sql_session import opened_session
from metadata_assets.control.sql_statement import read_statements, sql_names
from metadata_assets.lake import Lake


def run_sql(lake: Lake, text: str, *, now: datetime, author: str) -> pa.Table | EditOutcome:
    """Run a SELECT, or statements that edit the control table in one commit.

    Args:
        lake: The lake.
        text: The SQL, in the dialect of DuckDB or Databricks.
        now: The time to stamp edited rows with.
        author: Who edits.

    Returns:
        The rows of the SELECT, or what the edit did.

    Raises:
        ConfigurationError: The SQL is wrong or not allowed, or a row breaks a rule; nothing was
            changed.
        ConcurrentWrite: Others kept writing the control table at the same time.
    """
    tables = sql_names({*lake.tables(), ETL_CONTROL.name})
    statements = read_statements(text, tables)
    if statements[0].verb != "select":
        return edit(lake, tables, statements, now=now, author=author)
    lake.table(ETL_CONTROL)  # so that it can be read before the first ingestion
    with opened_session(lake, tables, statements) as session:
        return session.query(statements[0])
