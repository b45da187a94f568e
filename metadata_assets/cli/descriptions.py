"""`metadata-assets descriptions`: write what tables and columns mean, in a sheet or one by one."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from metadata_assets.cli.app import Commands, app, out
from metadata_assets.cli.show import print_json, show_warning
from metadata_assets.control.annotate import AnnotationOutcome
from metadata_assets.settings import Settings
from metadata_assets.stewardship import Stewardship

descriptions_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="""What tables and columns mean: export a sheet, edit it, import it; or set one.

    They are kept in `lake/control/annotations`, whose history is the audit trail, and reach the
    training records with the next sync.
    """,
)
app.add_typer(descriptions_app, name="descriptions")

OfSource = Annotated[str, typer.Argument(metavar="SOURCE", help="Its key, `module.source_id`.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Author = Annotated[
    str | None, typer.Option("--author", help="Who says so, in the history; you by default.")
]
File = Annotated[Path, typer.Argument(dir_okay=False, help="A `.csv` or `.xlsx` file.")]

_SHOWN = 20


@descriptions_app.command("export")
def export(source: OfSource, file: File) -> None:
    """Write a row for every table and column, to be edited and imported.

    Its columns are table_name, column_name, data_type and column_description; a row without a
    column_name is about the table. Choose `.xlsx` for Excel, which runs what a CSV has after an =.
    """
    count = Stewardship(Settings()).export_descriptions(source, file)
    out.print(f"{count} rows in {escape(str(file))}; edit and import it.", highlight=False)


@descriptions_app.command("import")
def import_(
    source: OfSource,
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is new.")] = False,
    author: Author = None,
    as_json: Json = False,
) -> None:
    """Take over what a sheet says: all of it, or nothing if a row is wrong.

    Needs the columns table_name and column_description. A table may go without its schema where
    that is clear. An empty description leaves what is said.
    """
    stewardship = Stewardship(Settings())
    found = stewardship.read_descriptions(source, file)
    for column in found.stale[:_SHOWN]:
        show_warning(column)
    if dry_run and not found.problems:
        if as_json:
            print_json(
                [{"table": t, "column": c, "description": d} for (t, c), d in found.said.items()]
            )
        else:
            out.print(f"{len(found.said)} new, {found.unchanged} as they are. Nothing was changed.")
        return
    outcome = stewardship.import_descriptions(source, file, author=author or getpass.getuser())
    if as_json:
        print_json(asdict(outcome))
    else:
        show_outcome(outcome, source)


@descriptions_app.command("set")
def set_one(
    source: OfSource,
    table: Annotated[str, typer.Argument(help="The table.")],
    text: Annotated[str, typer.Argument(help="What it means.")],
    column: Annotated[str, typer.Option("--column", help="Of this column instead.")] = "",
    author: Author = None,
    as_json: Json = False,
) -> None:
    """Say what one table or column means."""
    said = {"columns": {column: text}} if column else {"table_description": text}
    outcome = Stewardship(Settings()).describe(
        source, {table: said}, author=author or getpass.getuser()
    )
    if as_json:
        print_json(asdict(outcome))
    else:
        show_outcome(outcome, source)


@descriptions_app.command("history")
def show_history(
    source: OfSource,
    table: Annotated[str, typer.Argument(help="The table.")],
    column: Annotated[str, typer.Option("--column", help="Of this column instead.")] = "",
    as_json: Json = False,
) -> None:
    """Everything that was said of a table or column, newest first: when, by whom."""
    sayings = Stewardship(Settings()).description_history(source, table, column)
    if as_json:
        print_json([asdict(one) for one in sayings])
        return
    for one in sayings:
        text = "[dim]nothing any more[/]" if one.description is None else escape(one.description)
        out.print(
            f"{one.since:%Y-%m-%d %H:%M} {escape(one.author)}: {text}",
            soft_wrap=True,
            highlight=False,
        )
    if not sayings:
        out.print("Nobody said anything of it.")


def show_outcome(outcome: AnnotationOutcome, source: str) -> None:
    """What became of annotations, and what to do next."""
    for name in outcome.declared[:_SHOWN]:
        show_warning(f"{name} is also declared by a drop; what is said here stands")
    out.print(
        f"{len(outcome.inserted)} inserted, {len(outcome.updated)} updated. "
        f"`metadata-assets sync {escape(source)}` takes them to the training records.",
        soft_wrap=True,
        highlight=False,
    )
