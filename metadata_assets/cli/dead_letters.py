"""`metadata-assets ledger dlq`: what the pipeline could not take, and taking it again."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pkgutil import resolve_name
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape

from metadata_assets.cli.app import Commands, out
from metadata_assets.cli.ledger import Json, Limit, Source, entry, home_ledger, ledger_app
from metadata_assets.cli.show import print_json
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.replay import Handler, replay_dead_letters
from metadata_assets.ledger.values import DeadLetter, LetterStatus

dlq_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="""Dead letters: what could not be taken, kept with its data until someone deals with it.

    Of this pipeline: YAML drops with problems, tables and files that cannot be read. Mend the
    cause, then `replay`; a sync that meets it mended settles it too.
    """,
)
ledger_app.add_typer(dlq_app, name="dlq")

Letter = Annotated[UUID, typer.Argument(help="Its id, from `dlq list`.")]


@dlq_app.command("list")
def list_letters(
    source: Source = None,
    status: Annotated[LetterStatus | None, typer.Option(help="Only such letters.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List dead letters, oldest first."""
    with home_ledger() as ledger:
        found = ledger.dead_letters(source, status=status, limit=limit)
    if as_json:
        print_json(storable_json([asdict(letter) for letter in found]))
        return
    if not found:
        out.print("No dead letters.")
    for letter in found:
        errors = "1 error" if letter.error_count == 1 else f"{letter.error_count} errors"
        heading = f"[bold]{_named(letter)}[/] {letter.status}, {errors}, {letter.id}"
        out.print(entry(heading, letter.last_error_message), highlight=False)


@dlq_app.command()
def show(letter_id: Letter) -> None:
    """Show a letter with its record, as JSON."""
    with home_ledger() as ledger:
        print_json(storable_json(asdict(ledger.dead_letter(letter_id))))


@dlq_app.command()
def discard(
    letter_id: Letter,
    note: Annotated[str | None, typer.Option(help="Why its record is given up.")] = None,
) -> None:
    """Give a letter's record up."""
    with home_ledger() as ledger:
        ledger.resolve_dead_letter(
            letter_id, "discarded", processed_by=getpass.getuser(), notes=note
        )
    out.print(f"Discarded {letter_id}.")


@dlq_app.command()
def replay(
    letter_id: Annotated[UUID | None, typer.Argument(help="Only this letter.")] = None,
    source: Source = None,
    handler: Annotated[
        str | None,
        typer.Option(help="What takes the letters: `package.module:function` of one letter."),
    ] = None,
    limit: Limit = 1000,
    as_json: Json = False,
) -> None:
    """Take letters again, now: those of this pipeline, or with a handler any.

    What works is resolved; what fails goes back and waits longer. Exit code 1 when any failed.
    """
    with home_ledger() as ledger:
        # One that is being processed too: its claimer may have died.
        waiting = [
            letter.id
            for status in ("pending", "processing")
            for letter in ledger.dead_letters(source, status=status, limit=limit)
        ]
        chosen = waiting if letter_id is None else [letter_id]
        done = replay_dead_letters(
            ledger, _handler(handler), chosen, processed_by=getpass.getuser()
        )
    if as_json:
        print_json(
            {
                "resolved": [str(letter.id) for letter in done.resolved],
                "failed": [str(letter.id) for letter in done.failed],
            }
        )
    else:
        for letter in done.resolved:
            out.print(f"[green]resolved[/] {_named(letter)}", highlight=False)
        for letter in done.failed:
            trouble = escape(letter.last_error_message or "")
            out.print(
                f"[red]failed[/] {_named(letter)}: {trouble}", highlight=False, soft_wrap=True
            )
        if not done.resolved and not done.failed:
            out.print("No letter is waiting.")
    if done.failed:
        raise typer.Exit(1)


def _named(letter: DeadLetter) -> str:
    what = escape(f"{letter.schema_name} {letter.source_record_id or letter.id}")
    return (
        what if letter.status != "pending" else f"{what}: {escape(letter.last_error_message or '')}"
    )


def _handler(path: str | None) -> Handler:
    if path is None:
        from metadata_assets.defs.letters import replay_pipeline_letter

        return replay_pipeline_letter
    try:
        found: Any = resolve_name(path)
    except (ImportError, AttributeError, ValueError) as error:
        raise typer.BadParameter(f"{path} cannot be imported: {error}") from error
    if not callable(found):
        raise typer.BadParameter(f"{path} is not callable")
    handler: Handler = found
    return handler
