"""`metadata-assets eval`: how good are queries that somebody predicted."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import app, out
from metadata_assets.cli.show import print_json
from metadata_assets.quality.evaluation import Evaluation, Golden, Result, Score, evaluate
from metadata_assets.quality.predictions import read_golden, read_predictions
from metadata_assets.schema.query import Queries
from metadata_assets.schema.stored import load_schema
from metadata_assets.settings import Settings
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.stewardship import Stewardship

File = Annotated[Path, typer.Option(exists=True, dir_okay=False)]

_MEASURES = ("valid", "tables_right", "columns_right", "execution_match")
_SHOWN = 100


@app.command("eval")
def evaluate_predictions(
    source: Annotated[str, typer.Option("--source", "-s", help="Key, `module.source_id`.")],
    predictions: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="JSON lines with `sql`, and `question` or `id`."
        ),
    ],
    golden: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="JSON lines with `question` and `sql`, maybe `id` and `alternatives`; the "
            "source's own golden queries by default.",
        ),
    ] = None,
    database: Annotated[
        bool, typer.Option("--database", help="Run the valid ones, and compare the results.")
    ] = False,
    seconds: Annotated[int, typer.Option(min=1, help="How long one query may take.")] = 10,
    format_: Annotated[
        Literal["table", "md", "json"], typer.Option("--format", help="How to tell.")
    ] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="As --format json.")] = False,
) -> None:
    """Measure predicted SQL: is it valid, does it use the right tables and columns, is it right?

    Offline, on the stored schema. With --database, valid queries are run in a read-only session
    with a timeout and their results compared: rows in any order unless the golden query has an
    ORDER BY, columns in any order. Exit code 0, however bad they are.
    """
    settings = Settings()
    with ExitStack() as stack:
        engine = (
            stack.enter_context(Stewardship(settings).opened(source).asked(seconds))
            if database
            else None
        )
        found = evaluate(
            read_golden(golden) if golden else _own(source, settings),
            read_predictions(predictions),
            Queries(load_schema(settings.schemas_path, source)),
            None if engine is None else lambda sql: _result(engine, sql),
        )
    if as_json or format_ == "json":
        print_json(_document(found))
    elif format_ == "md":
        out.print(_markdown(found), soft_wrap=True, highlight=False, markup=False)
    else:
        _show(found)


def _own(source: str, settings: Settings) -> list[Golden]:
    verdicts = Stewardship(settings).golden_queries(source)
    return [Golden(one.golden.query_id, one.golden.question, (one.golden.sql,)) for one in verdicts]


def _result(engine: AskedEngine, sql: str) -> Result:
    answer = engine.answer(sql)
    return Result(answer.rows, answer.refusal)


def _document(found: Evaluation) -> dict[str, Any]:
    return {
        "summary": found.summary(),
        "queries": [_told(score) for score in found.scores],
        "unanswered": [{"id": one.name, "question": one.question} for one in found.unanswered],
    }


def _told(score: Score) -> dict[str, Any]:
    return {
        "id": score.golden.name if score.golden else score.prediction.name,
        "question": score.prediction.question or (score.golden.question if score.golden else ""),
        "sql": score.prediction.sql,
        "valid": score.is_valid,
        "tables_right": score.tables_right,
        "columns_right": score.columns_right,
        "execution_match": score.is_match,
        "reasons": list(score.reasons),
        "uses": {table: list(columns) for table, columns in score.uses.items()},
    }


def _markdown(found: Evaluation) -> str:
    summary = found.summary()
    lines = ["| measure | right | of | % |", "| --- | --- | --- | --- |"]
    for name in _MEASURES:
        one = summary[name]
        share = "" if one["percentage"] is None else one["percentage"]
        lines.append(f"| {name.replace('_', ' ')} | {one['count']} | {one['of']} | {share} |")
    lines += ["", "| question | why |", "| --- | --- |"]
    for score in found.scores:
        if score.reasons:
            question = _told(score)["question"] or score.prediction.name or ""
            cells = (" ".join(text.split()) for text in (question, "; ".join(score.reasons)))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += [f"| {one.question} | nothing was predicted |" for one in found.unanswered]
    return "\n".join(lines)


def _show(found: Evaluation) -> None:
    summary = found.summary()
    measures = Table(title=f"{summary['predictions']} predictions", title_justify="left")
    for heading in ("measure", "right", "of", "%"):
        measures.add_column(heading)
    for name in _MEASURES:
        one = summary[name]
        share = "" if one["percentage"] is None else f"{one['percentage']:g}"
        measures.add_row(name.replace("_", " "), str(one["count"]), str(one["of"]), share)
    out.print(measures)
    wrong = [score for score in found.scores if score.reasons]
    for score in wrong[:_SHOWN]:
        told = _told(score)
        out.print(
            f"[yellow]{escape(str(told['id'] or told['question']))}[/]: "
            f"{escape('; '.join(score.reasons))}",
            soft_wrap=True,
            highlight=False,
        )
    if len(wrong) > _SHOWN:
        out.print(f"… and {len(wrong) - _SHOWN} more (--json lists all)")
    if found.unanswered:
        out.print(f"{len(found.unanswered)} golden questions have no prediction.")
