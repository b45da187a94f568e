"""`metadata-assets context`: the part of a schema a question is about."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from metadata_assets.catalog.store import load_catalog
from metadata_assets.cli.app import app, err, out
from metadata_assets.cli.show import print_json
from metadata_assets.lake import Lake
from metadata_assets.schema.stored import load_schema
from metadata_assets.settings import Settings
from metadata_assets.training.context.render import MAX_TOKENS, Format

if TYPE_CHECKING:
    from metadata_assets.training.prune import Pruned


@app.command()
def context(
    question: Annotated[str, typer.Argument(help="The question, in any words.")],
    source: Annotated[str, typer.Option("--source", "-s", help="Key, `module.source_id`.")],
    max_tokens: Annotated[int, typer.Option(min=1, help="How much may be told.")] = MAX_TOKENS,
    form: Annotated[Format, typer.Option("--format", "-f", help="How it is told.")] = "ddl",
    include: Annotated[
        list[str] | None, typer.Option(help="GLOB pattern of the only tables that may be told.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="GLOB pattern of tables that may not.")
    ] = None,
    columns: Annotated[
        int | None, typer.Option(min=0, help="At most so many columns a table, besides its keys.")
    ] = None,
    explain: Annotated[bool, typer.Option(help="Say why each table was chosen.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, with reasons.")
    ] = False,
) -> None:
    """Print the tables and columns a question is about, to be put into a prompt.

    Offline and deterministic: names, descriptions, the glossary, golden questions and the values
    that a profile found are compared with the question, and tables are told with what they are
    joined by. `--explain` goes to standard error.
    """
    from metadata_assets.training.prune import Request, open_pruner  # NumPy and BM25 take a while

    settings = Settings()
    lake = Lake(settings.lake_uri)
    stored = load_schema(settings.schemas_path, source)
    pruner = open_pruner(lake, source, load_catalog(lake, source), stored)
    pruned = pruner.prune(
        Request(question, max_tokens, form, tuple(include or ()), tuple(exclude or ()), columns)
    )
    if as_json:
        print_json(asdict(pruned))
        return
    if explain:
        _explain(pruned)
    out.print(pruned.text, markup=False, highlight=False, soft_wrap=True)


def _explain(pruned: Pruned) -> None:
    for table in pruned.tables:
        told = f"{len(table.columns)} of {table.column_count} columns"
        reasons = escape("; ".join(table.reasons))
        err.print(f"[bold]{escape(table.fqdn)}[/] ({told}): {reasons}", soft_wrap=True)
    share = pruned.tokens / pruned.full_tokens if pruned.full_tokens else 1
    err.print(f"about {pruned.tokens:,} tokens, {share:.0%} of the whole schema")
