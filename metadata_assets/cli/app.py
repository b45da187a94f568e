"""The application: its help, its consoles, and how it ends on an error."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from metadata_assets.errors import MetadataAssetsError

out = Console()
err = Console(stderr=True)


class Commands(TyperGroup):
    """Ends on an error of this project with one line and exit code 1, not with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except MetadataAssetsError as error:
            err.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True, highlight=False)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,  # locals may hold secrets
    help="""Keep the metadata that text-to-SQL assistants live on true.

    Declare your databases in YAML files in the drops folder (`data/drops`), then `sync`: each
    source's catalog becomes SQLGlot schemas, graded change diffs and training records.

    State lives in `./data`; METADATA_ASSETS_HOME moves it. Exit codes: 0 all well, 1 something
    failed (it says what), 2 a wrong call.
    """,
)
