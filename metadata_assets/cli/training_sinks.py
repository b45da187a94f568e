"""`metadata-assets training import | export | push`: between the records and an assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from metadata_assets.adoption import Adoption
from metadata_assets.cli.app import out
from metadata_assets.cli.follow import push_changed, push_sources
from metadata_assets.cli.show import print_json
from metadata_assets.cli.training import Json, OfSource, training_app
from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.curation import Curation
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import open_index
from metadata_assets.sinks.frame import training_data
from metadata_assets.sinks.jsonl import write_jsonl
from metadata_assets.sinks.push import distrust
from metadata_assets.sinks.sink import Entry

_TOLD = {
    "new": "became manual records",
    "recognised": "are what a record says",
    "former": "are what only a deleted record said, and go",
    "copy": "say what another entry says",
    "empty": "teach nothing",
}


@training_app.command("import")
def import_entries(
    source: Annotated[str, typer.Argument(help="Whose records they become, `module.source_id`.")],
    origin: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A .jsonl file, or the import path of a Vanna object, which is run. "
            "By default the source's own sink.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")] = False,
    as_json: Json = False,
) -> None:
    """Adopt what an assistant was taught before: nothing is lost, nothing is taught twice.

    What a record says already is recognised, the rest becomes manual records, which no sync
    changes. SQL that the schema does not bear out is outdated at once, with the reason.
    """
    adoption = Adoption(Curation(Settings()), source, origin)
    if dry_run:
        _show_counts(adoption.preview().counts, as_json)
        return
    found, outcome = adoption.carry_out()
    _show_counts(found.counts, as_json)
    push_changed(Settings(), {source: outcome})


@training_app.command("export")
def export_entries(
    file: Annotated[Path, typer.Argument(help="A .jsonl file; replaced where there is one.")],
    source: OfSource = None,
) -> None:
    """Write the current records, a JSON object a line, with the keys and ids of Vanna."""
    rows = training_data(Lake(Settings().lake_uri), source).to_pylist()
    entries = [
        Entry(row["id"], row["training_data_type"], row["question"], row["content"]) for row in rows
    ]
    write_jsonl(file, entries)
    out.print(f"{len(entries)} records in {escape(str(file))}", soft_wrap=True)


@training_app.command("push")
def push_records(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Keys; all sources with a sink by default.")
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Trust nothing remembered: look for each entry there.")
    ] = False,
) -> None:
    """Push the records to the sinks now; a sync does so by itself.

    With `--look`, for a sink that was emptied, restored or edited by others: what is missing is
    taught again, and copies are taken out.
    """
    settings = Settings()
    lake = Lake(settings.lake_uri)
    rows = select_sources(ControlTable(lake).rows(), sources or ())
    opened = [open_index(row.key, row.target_config, lake, settings) for row in rows]
    indexes = [index for index in opened if index is not None]
    if look:
        for index in indexes:
            distrust(index)
    push_sources(settings, [index.source for index in indexes])


def _show_counts(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json(counts)
        return
    for verdict, count in counts.items():
        if count:
            out.print(f"{count} {_TOLD[verdict]}", highlight=False)
    if not any(counts.values()):
        out.print("Nothing there that this project did not push.")
