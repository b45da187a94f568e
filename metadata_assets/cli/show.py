"""How results look in a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import err, out
from metadata_assets.outcomes import SourceOutcome, SyncReport

_STATUS_STYLE = {
    "synced": "green",
    "would sync": "cyan",
    "unchanged": "dim",
    "verified": "green",
    "differs": "yellow",
    "failed": "bold red",
}
_SEVERITY_STYLE = {"breaking": "bold red", "risky": "yellow", "safe": "green"}
_SHOWN = 30
_NAMED = 5


def show_report(report: SyncReport) -> None:
    """A summary table, then what changed in each source, then every error."""
    if not report.sources:
        _show_errors(report)
        out.print("No active sources. `metadata-assets sources list` says how to declare one.")
        return
    summary = Table(title="Sync", title_justify="left")
    for heading in ("source", "status", "tables", "changes", "training records", "seconds"):
        summary.add_column(heading, justify="right" if heading == "seconds" else "left")
    for outcome in report.sources:
        summary.add_row(*_summary_row(outcome))
    out.print(summary)
    for outcome in report.sources:
        _show_changes(outcome)
        _show_records(outcome)
        if outcome.held_by:
            show_warning(
                f"{outcome.source}: its training records stay rolled back (by snapshot "
                f"{outcome.held_by}) until the catalog changes; `--mode full` ends that"
            )
        if outcome.unreadable:
            names = [one["object_name"] for one in outcome.unreadable]
            show_warning(f"{outcome.source}: {unreadable_text(names)}")
    _show_errors(report)


def unreadable_text(names: Sequence[str]) -> str:
    """That so many objects cannot be read, and which."""
    objects = "1 object" if len(names) == 1 else f"{len(names)} objects"
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return (
        f"{objects} cannot be read and count as unchanged: {listed} "
        "(`metadata-assets sources check` says why)"
    )


def show_warning(text: str) -> None:
    """A line that begins with `warning:`."""
    out.print(f"[yellow]warning:[/] {escape(text)}", soft_wrap=True, highlight=False)


def _show_errors(report: SyncReport) -> None:
    errors = [("drop refused", problem) for problem in report.drop_problems]
    errors += [
        (one.source, (one.reason or "").removeprefix(f"{one.source}: "))
        for one in report.sources
        if one.status == "failed"
    ]
    if not errors:
        return
    table = Table(title="Errors", title_justify="left", box=None, show_header=False)
    table.add_column(style="bold red", no_wrap=True)
    table.add_column(overflow="fold")
    for what, error in errors:
        table.add_row(what, escape(error))
    err.print(table)


def report_document(report: SyncReport) -> dict[str, Any]:
    """The report as JSON-ready values, for machines."""
    return {
        "succeeded": report.succeeded,
        "drop_problems": list(report.drop_problems),
        "sources": [
            {
                "source": outcome.source,
                "status": outcome.status,
                "reason": outcome.reason,
                "run_id": outcome.run_id,
                "seconds": round(outcome.seconds, 3),
                "unreadable": outcome.unreadable,
                "changes": outcome.changes,
                "training_records": {
                    "counts": outcome.record_counts,
                    "changed": outcome.changed_records,
                    "held_by": outcome.held_by,
                },
            }
            for outcome in report.sources
        ],
    }


def show_names(**names: Sequence[str]) -> None:
    """A line for each list that holds anything: what happened, and to what."""
    for what, found in names.items():
        if found:
            told = f"{what.replace('_', ' ')}: {escape(', '.join(found))}"
            out.print(told, soft_wrap=True, highlight=False)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    out.print_json(json.dumps(document, default=str))


def _summary_row(outcome: SourceOutcome) -> tuple[str, ...]:
    style = _STATUS_STYLE[outcome.status]
    severities = Counter(change["severity"] for change in outcome.changes)
    counts = outcome.record_counts
    return (
        outcome.source,
        f"[{style}]{outcome.status}[/]",
        "" if outcome.tables is None else str(outcome.tables),
        ", ".join(
            f"[{style}]{severities[name]} {name}[/]"
            for name, style in _SEVERITY_STYLE.items()
            if severities[name]
        ),
        ", ".join(f"{count} {kind}" for kind, count in counts.items() if count),
        f"{outcome.seconds:.1f}" if outcome.seconds else "",
    )


def _show_changes(outcome: SourceOutcome) -> None:
    changes = outcome.changes
    if not changes:
        return
    if all(change["change"] == "add_table" for change in changes):
        names = ", ".join(change["table_fqdn"] for change in changes[:_SHOWN])
        more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
        out.print(f"[bold]New in {outcome.source}:[/] {escape(names)}{more}", highlight=False)
        return
    show_changes(f"What changed in {outcome.source}", changes[:_SHOWN])
    if len(changes) > _SHOWN:
        out.print(f"… and {len(changes) - _SHOWN} more (--json lists all)")


def show_changes(title: str, changes: Sequence[Mapping[str, Any]]) -> None:
    """A table of changes, as `render.json_rows` states them."""
    table = Table(title=title, title_justify="left")
    table.add_column("severity", no_wrap=True)
    table.add_column("code", no_wrap=True)
    table.add_column("object", overflow="fold")
    table.add_column("change", overflow="fold")
    for change in changes:
        style = _SEVERITY_STYLE.get(change["severity"], "")
        table.add_row(
            f"[{style}]{change['severity']}[/]",
            change["code"],
            escape(".".join(filter(None, (change["table_fqdn"], change["column_name"])))),
            escape(_told(change)),
        )
    out.print(table)


def _told(change: Mapping[str, Any]) -> str:
    """A change in words: `retype column: INTEGER → BIGINT`."""
    kind = change["change"].replace("_", " ")
    if change["confidence"] is not None:
        kind = f"probably {kind} ({change['confidence']:.0%})"
    sides = " → ".join(side for side in (change["before"], change["after"]) if side)
    return f"{kind}: {sides}" if sides else kind


def _show_records(outcome: SourceOutcome) -> None:
    kinds: dict[tuple[str, str], list[str]] = {}
    for record in outcome.changed_records:
        group = kinds.setdefault((record["change"], record["source_id"]), [])
        if record["kind"] not in group:
            group.append(record["kind"])
    if not kinds or all(change == "new" for change, _ in kinds):
        return  # the summary says how many
    table = Table(title=f"Training records of {outcome.source}", title_justify="left")
    for heading in ("change", "object", "kinds"):
        table.add_column(heading, overflow="fold")
    for (change, name), found in list(kinds.items())[:_SHOWN]:
        table.add_row(change, escape(name), ", ".join(found))
    out.print(table)
    if len(kinds) > _SHOWN:
        out.print(f"… and {len(kinds) - _SHOWN} more (--json lists all)")
