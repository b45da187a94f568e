"""`metadata-assets training add`, `edit` and the like: records of your own, and your edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metadata_assets.cli.follow import push_changed
from metadata_assets.cli.training import Json, Record, report_changes, training_app
from metadata_assets.curation import Curation
from metadata_assets.settings import Settings
from metadata_assets.training.commit import SyncOutcome
from metadata_assets.training.own import Addition


@training_app.command("add")
def add(
    source: Annotated[str, typer.Argument(help="Its key, `module.source_id`.")],
    kind: Annotated[str, typer.Option(help="ddl, documentation or sql.")],
    content: Annotated[str | None, typer.Option(help="What it says.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file that says it.", exists=True, dir_okay=False)
    ] = None,
    question: Annotated[str | None, typer.Option(help="What an sql record answers.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Adding under a name again changes the record.")
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", help="A table it is about: outdated while that is gone."),
    ] = None,
    origin: Annotated[str, typer.Option(help="`manual`, or `api` for programs.")] = "manual",
    as_json: Json = False,
) -> None:
    """Add a record of your own, which no sync changes.

    A change of the catalog that breaks it marks it outdated, with the reason; a fix makes it
    current again. Questions and texts may also come from YAML: `kind: golden_queries`,
    `kind: documentation`.
    """
    if (content is None) == (file is None):
        raise typer.BadParameter("give --content or --file")
    told = content if content is not None else file.read_text("utf-8") if file else ""
    addition = Addition(kind, told, question, name, tuple(tables or ()), origin)
    _changed(source, Curation(Settings()).add(source, addition), as_json)


@training_app.command("edit")
def edit(
    record: Record,
    content: Annotated[str | None, typer.Option(help="What it says from now on.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file that says it.", exists=True, dir_okay=False)
    ] = None,
    question: Annotated[str | None, typer.Option(help="The question from now on.")] = None,
    as_json: Json = False,
) -> None:
    """Let a record say something else.

    An edited catalog record keeps your words and counts as drift until you `accept` or `drop` the
    edit. It is outdated once the catalog says something else than when you edited it.
    """
    if (content is None) == (file is None):
        raise typer.BadParameter("give --content or --file")
    told = content if content is not None else file.read_text("utf-8") if file else ""
    curation = Curation(Settings())
    _changed(curation.record(record)["source"], curation.edit(record, told, question), as_json)


@training_app.command("accept")
def accept(record: Record, as_json: Json = False) -> None:
    """Keep an edit for good: the record becomes a manual one."""
    curation = Curation(Settings())
    _changed(curation.record(record)["source"], curation.accept(record), as_json)


@training_app.command("drop")
def drop(record: Record, as_json: Json = False) -> None:
    """Let an edit go: the record says what the catalog says again."""
    curation = Curation(Settings())
    _changed(curation.record(record)["source"], curation.drop(record), as_json)


@training_app.command("remove")
def remove(record: Record, as_json: Json = False) -> None:
    """Delete a record of your own; its history stays."""
    curation = Curation(Settings())
    _changed(curation.record(record)["source"], curation.remove(record), as_json)


def _changed(source: str, outcome: SyncOutcome, as_json: bool) -> None:
    report_changes({source: outcome}, as_json)
    push_changed(Settings(), {source: outcome})
