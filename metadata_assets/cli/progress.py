"""What a long sync shows while it runs: a bar on a terminal, a line a source elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from metadata_assets.cli.app import err
from metadata_assets.outcomes import OnOutcome, SourceOutcome, tell_nobody


@contextmanager
def sync_progress(*, quiet: bool) -> Iterator[OnOutcome]:
    """A callback that shows each source as it is done, on standard error.

    Args:
        quiet: Show nothing.
    """
    if quiet:
        yield tell_nobody
        return
    if not err.is_terminal:
        yield lambda outcome, _total: err.print(f"{outcome.source}: {outcome.status}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True) as bar:
        task = bar.add_task("Probing", total=None)

        def show(outcome: SourceOutcome, total: int) -> None:
            bar.update(task, description=f"Syncing {outcome.source}", total=total, advance=1)

        yield show
