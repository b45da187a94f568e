"""`metadata-assets quality concise` and `quality pii`: what could be said better."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import out
from metadata_assets.cli.descriptions import Author, show_outcome
from metadata_assets.cli.quality import Json, OfSource, quality_app
from metadata_assets.cli.show import print_json
from metadata_assets.quality.hook import load_shortener
from metadata_assets.quality.pii import LIKELY
from metadata_assets.settings import Settings
from metadata_assets.stewardship import Stewardship


@quality_app.command("concise")
def concise(
    source: OfSource,
    apply: Annotated[bool, typer.Option("--apply", help="Say them from now on.")] = False,
    shortener: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="Import path `package.module:name` of your own `(object, description, limit) -> "
            "str`, a language model for instance; METADATA_ASSETS_QUALITY_OBJECTS must allow it.",
        ),
    ] = None,
    author: Author = None,
    as_json: Json = False,
) -> None:
    """Propose a shorter form of each description of more than 100 characters.

    Of its own words; names, numbers, units and allowed values stay. With --apply the proposals
    become annotations; `lake/quality/shortened` keeps the originals.
    """
    settings = Settings()
    stewardship = Stewardship(settings)
    shorten = (
        None if shortener is None else load_shortener(shortener, allowed=settings.quality_objects)
    )
    found = stewardship.long_descriptions(source, shorten)
    outcome = (
        stewardship.shorten(source, found, author=author or getpass.getuser()) if apply else None
    )
    if as_json:
        print_json([_told(one, outcome is not None) for one in found])
        return
    for one in found:
        name = one.table if one.column is None else f"{one.table}.{one.column}"
        out.print(f"[bold]{escape(name)}[/] ({len(one.original)} characters)", highlight=False)
        out.print(f"  [red]-[/] {escape(one.original)}", soft_wrap=True, highlight=False)
        shorter = escape(one.concise) if one.concise else "[dim]no shorter form[/]"
        out.print(f"  [green]+[/] {shorter}", soft_wrap=True, highlight=False)
        if one.note:
            out.print(f"  [yellow]{escape(one.note)}[/]", soft_wrap=True, highlight=False)
    if outcome is not None:
        show_outcome(outcome, source)
    elif any(one.concise for one in found):
        out.print("Nothing was changed; --apply says them from now on.")
    else:
        out.print(f"{len(found)} descriptions are too long; none can be made shorter.")


@quality_app.command("pii")
def pii(
    source: OfSource,
    apply: Annotated[
        bool, typer.Option("--apply", help="Flag them: `pii: true` in an annotation each.")
    ] = False,
    least: Annotated[
        float, typer.Option("--min-confidence", min=0, max=1, help="Leave out what is less sure.")
    ] = LIKELY,
    rows: Annotated[
        int, typer.Option("--sample", min=0, help="Look at so many rows of each table too.")
    ] = 0,
    author: Author = None,
    as_json: Json = False,
) -> None:
    """Which columns seem to hold personal data, though nobody says so, and how sure is that?

    By name and type, by the statistics that are kept, and with --sample by some rows, which are
    neither shown nor kept. A column that was judged, `pii: false` too, is not asked about again.
    """
    stewardship = Stewardship(Settings())
    found = stewardship.suspected(source, least=least, rows=rows)
    outcome = stewardship.flag(source, found, author=author or getpass.getuser()) if apply else None
    if as_json:
        print_json([{**row, "is_flagged": outcome is not None} for row in found.to_pylist()])
        return
    table = Table()
    for heading in ("column", "seems to be", "confidence", "why"):
        table.add_column(heading, overflow="fold")
    for row in found.to_pylist():
        name = f"{row['table_fqdn']}.{row['column_name']}"
        table.add_row(escape(name), row["kind"], f"{row['confidence']:.0%}", row["reason"])
    out.print(table if found.num_rows else "No column seems to hold personal data unsaid.")
    if outcome is not None:
        show_outcome(outcome, source)


def _told(proposal: Any, is_applied: bool) -> dict[str, Any]:
    return {
        "table": proposal.table,
        "column": proposal.column,
        "original": proposal.original,
        "concise": proposal.concise,
        "note": proposal.note,
        "is_applied": is_applied and proposal.concise is not None,
    }
