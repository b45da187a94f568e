"""How results look in a terminal."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import err, out

if TYPE_CHECKING:
    from metadata_assets.defs.sync import SourceOutcome, SyncReport

_STATUS_STYLE = {"synced": "green", "unchanged": "dim", "failed": "bold red"}
_SEVERITY_STYLE = {"breaking": "bold red", "risky": "yellow", "safe": "green"}
_SHOWN = 30


def show_report(report: SyncReport) -> None:
    """A summary table, then what changed in each source, then every error."""
    summary = Table(title="Sync", title_justify="left")
    for heading in ("source", "status", "tables", "changes", "training records", "seconds"):
        summary.add_column(heading, justify="right" if heading == "seconds" else "left")
    for outcome in report.sources:
        summary.add_row(*_summary_row(outcome))
    out.print(summary)
    for outcome in report.sources:
        _show_changes(outcome)
        _show_records(outcome)
    _show_errors(report)


def _show_errors(report: SyncReport) -> None:
    errors = [("drop refused", problem) for problem in report.drop_problems]
    errors += [("failed", one.reason or "") for one in report.sources if one.status == "failed"]
    if not errors:
        return
    table = Table(title="Errors", title_justify="left", box=None, show_header=False)
    table.add_column(style="bold red", no_wrap=True)
    table.add_column(overflow="fold")
    for kind, error in errors:
        table.add_row(kind, escape(error))
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
                "changes": changes_of(outcome),
                "training_records": records_of(outcome),
            }
            for outcome in report.sources
        ],
    }


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    out.print_json(json.dumps(document, default=str))


def changes_of(outcome: SourceOutcome) -> list[dict[str, Any]]:
    """The graded changes a sync found in a source."""
    changes: list[dict[str, Any]] = outcome.results.get("change_diff", {}).get("changes", [])
    return changes


def records_of(outcome: SourceOutcome) -> dict[str, Any]:
    """What a sync did to a source's training records: counts, and the records themselves."""
    results = outcome.results.get("training_records", {})
    return {"counts": results.get("counts", {}), "changed": results.get("changed", [])}


def _summary_row(outcome: SourceOutcome) -> tuple[str, ...]:
    style = _STATUS_STYLE[outcome.status]
    severities = Counter(change["severity"] for change in changes_of(outcome))
    counts = records_of(outcome)["counts"]
    tables = outcome.results.get("catalog_extract", {}).get("dagster/partition_row_count", "")
    return (
        outcome.source,
        f"[{style}]{outcome.status}[/]",
        str(tables),
        ", ".join(
            f"[{style}]{severities[name]} {name}[/]"
            for name, style in _SEVERITY_STYLE.items()
            if severities[name]
        ),
        ", ".join(f"{count} {kind}" for kind, count in counts.items() if count),
        f"{outcome.seconds:.1f}" if outcome.seconds else "",
    )


def _show_changes(outcome: SourceOutcome) -> None:
    changes = changes_of(outcome)
    if not changes:
        return
    table = Table(title=f"What changed in {outcome.source}", title_justify="left")
    for heading in ("severity", "code", "object", "change", "before", "after"):
        table.add_column(heading)
    for change in changes[:_SHOWN]:
        style = _SEVERITY_STYLE.get(change["severity"], "")
        table.add_row(
            f"[{style}]{change['severity']}[/]",
            change["code"],
            escape(".".join(filter(None, (change["table_fqdn"], change["column_name"])))),
            change["change"].replace("_", " "),
            escape(change["before"] or ""),
            escape(change["after"] or ""),
        )
    out.print(table)
    if len(changes) > _SHOWN:
        out.print(f"… and {len(changes) - _SHOWN} more (--json lists all)")


def _show_records(outcome: SourceOutcome) -> None:
    changed = records_of(outcome)["changed"]
    if not changed:
        return
    table = Table(title=f"Training records of {outcome.source}", title_justify="left")
    for heading in ("change", "kind", "object"):
        table.add_column(heading)
    for record in changed[:_SHOWN]:
        table.add_row(record["change"], record["kind"], escape(record["source_id"]))
    out.print(table)
    if len(changed) > _SHOWN:
        out.print(f"… and {len(changed) - _SHOWN} more (--json lists all)")
