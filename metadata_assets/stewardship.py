"""Look after what is said of a home's sources: how good it is, and what it is to become.

The one door to it for the command line and for programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.catalog.engine import query
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.catalog.store import load_catalog
from metadata_assets.control.annotate import (
    AnnotationOutcome,
    Remark,
    Saying,
    annotate_source,
    description_history,
)
from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.quality.check import quality_problems
from metadata_assets.quality.coverage import Coverage, coverage_of
from metadata_assets.quality.descriptions import (
    Matched,
    exported,
    from_mapping,
    matched,
    place_of,
    places_of,
)
from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.golden import GoldenVerdict, judged_queries, with_engine_errors
from metadata_assets.quality.hook import Shortener
from metadata_assets.quality.long_descriptions import Proposal, keep_original, proposals
from metadata_assets.quality.pii import suspected_columns
from metadata_assets.quality.places import Places
from metadata_assets.quality.problems import problem_rows
from metadata_assets.quality.sheets import read_sheet, write_sheet
from metadata_assets.quality.subject import QualitySubject, load_subject
from metadata_assets.settings import Settings
from metadata_assets.sources.looking import sampled_values
from metadata_assets.sources.registry import Source, dialect_of

_SHOWN = 20

_UNFLAGGED = "FROM profiles ANTI JOIN flagged USING (table_fqdn, column_name)"


@dataclass(frozen=True, slots=True)
class Stewardship:
    """What is said of the sources of one home.

    Attributes:
        settings: Where its state lives.
    """

    settings: Settings

    @property
    def lake(self) -> Lake:
        """Where it is kept."""
        return Lake(self.settings.lake_uri)

    def subject(self, source: str) -> QualitySubject:
        """A source, as the lake knows it.

        Raises:
            ConfigurationError: There is no such active source.
        """
        row = self._row(source)
        return load_subject(self.lake, source, dialect_of(row.source_type, row.source_config))

    def problems(self, source: str) -> pa.Table:
        """Everything that is wrong with what is said of a source: rows of `PROBLEMS`."""
        return quality_problems(self.subject(source))

    def glossary_problems(self, source: str) -> pa.Table:
        """What is wrong with its glossary: rows of `PROBLEMS`."""
        return problem_rows(glossary_problems(self.subject(source)))

    def golden_queries(self, source: str) -> list[GoldenVerdict]:
        """Its golden queries, judged offline."""
        return judged_queries(self.subject(source))

    def coverage(self, source: str) -> Coverage:
        """What its valid golden queries cover of it."""
        subject = self.subject(source)
        return coverage_of(subject.catalog, judged_queries(subject))

    def explained(
        self, source: str, verdicts: Sequence[GoldenVerdict], *, seconds: int
    ) -> list[GoldenVerdict]:
        """Golden queries with what the real engine says of them; it plans them and runs none.

        Args:
            source: The source's key.
            verdicts: What is known of them offline.
            seconds: How long the engine may think about one.

        Raises:
            SourceUnavailable: The source cannot be reached.
            SourceRefused: It refuses us, or its engine cannot be asked.
        """
        with self.opened(source).asked(seconds) as engine:
            refusals = {one.golden.query_id: engine.refusal(one.golden.sql) for one in verdicts}
        return with_engine_errors(verdicts, {name: why for name, why in refusals.items() if why})

    def describe(
        self, source: str, updates: Mapping[str, Any], *, author: str
    ) -> AnnotationOutcome:
        """Update descriptions, all of them or none; what is empty leaves what is said.

        Args:
            source: The source's key.
            updates: By table, `table_description` and `columns`, the latter by name.
            author: Who says so.

        Raises:
            ConfigurationError: Something names no table or column, or more than one.
        """
        found = matched(from_mapping(updates), self._places(source))
        return self._described(source, found, where=source, origin=f"user:{author}", author=author)

    def description_history(self, source: str, table: str, column: str = "") -> list[Saying]:
        """Everything that was said of a table or column, newest first.

        Raises:
            ConfigurationError: There is no such table or column.
        """
        place = place_of(table, column, self._places(source), where=source)
        return description_history(self.lake, source, *place)

    def export_descriptions(self, source: str, path: Path) -> int:
        """Write a row for every table and column into a CSV file or workbook; tells how many."""
        self._row(source)
        rows = exported(self._places(source))
        write_sheet(path, rows)
        return len(rows)

    def read_descriptions(self, source: str, path: Path) -> Matched:
        """What a CSV file or workbook says that is new; writes nothing."""
        self._row(source)
        return matched(read_sheet(path), self._places(source))

    def import_descriptions(self, source: str, path: Path, *, author: str) -> AnnotationOutcome:
        """Update descriptions from a CSV file or workbook, all of them or none.

        Raises:
            ConfigurationError: A row names no table or column, or more than one.
        """
        kind = "csv" if path.suffix.lower() == ".csv" else "excel"
        found = self.read_descriptions(source, path)
        return self._described(
            source, found, where=str(path), origin=f"{kind}:{path.name}", author=author
        )

    def long_descriptions(self, source: str, shorten: Shortener | None = None) -> list[Proposal]:
        """The descriptions that are too long, and what they could be instead."""
        self._row(source)
        return list(proposals(load_catalog(self.lake, source), shorten))

    def shorten(self, source: str, chosen: Sequence[Proposal], *, author: str) -> AnnotationOutcome:
        """Make descriptions shorter; the originals are kept."""
        applied = [one for one in chosen if one.concise is not None]
        if not applied:
            return AnnotationOutcome()
        now = datetime.now(timezone.utc)
        keep_original(self.lake, source, applied, now=now, author=author)
        remarks = [
            Remark(
                one.table,
                one.column,
                {"description": one.concise, "original_description": one.original},
            )
            for one in applied
        ]
        return annotate_source(self.lake, source, remarks, origin="concise", author=author)

    def suspected(self, source: str, *, least: float, rows: int = 0) -> pa.Table:
        """The columns that seem to hold personal data, of which nobody says whether they do.

        Args:
            source: The source's key.
            least: The least confidence that is told.
            rows: Look at so many rows of each table too; they are not kept.

        Returns:
            table_fqdn, column_name, kind, confidence and reason.
        """
        subject = self.subject(source)
        sampled = sampled_values(self.opened(source), subject.catalog, rows) if rows else {}
        return suspected_columns(subject.catalog, subject.profiles, sampled, least=least)

    def flag(self, source: str, suspected: pa.Table, *, author: str) -> AnnotationOutcome:
        """Say of columns that they hold personal data; their statistics are gone at once."""
        places = suspected.select(["table_fqdn", "column_name"])
        remarks = [
            Remark(row["table_fqdn"], row["column_name"], {"pii": True})
            for row in places.to_pylist()
        ]
        outcome = annotate_source(self.lake, source, remarks, origin="pii", author=author)
        profiles = self.lake.partition(PROFILES, source)
        profiles.replace(query(_UNFLAGGED, profiles=profiles.read(), flagged=places))
        return outcome

    def _places(self, source: str) -> Places:
        return places_of(load_catalog(self.lake, source), self.lake.read(ANNOTATIONS, source))

    def _described(
        self, source: str, found: Matched, *, where: str, origin: str, author: str
    ) -> AnnotationOutcome:
        if found.problems:
            raise ConfigurationError(
                "; ".join(found.problems[:_SHOWN]), where=where, remedy="Nothing was changed."
            )
        remarks = [
            Remark(table, column, {"description": text})
            for (table, column), text in found.said.items()
        ]
        return annotate_source(self.lake, source, remarks, origin=origin, author=author)

    def opened(self, source: str) -> Source:
        """A source, ready to read.

        Raises:
            ConfigurationError: There is no such active source, or its configuration is wrong.
        """
        return open_row(self._row(source), self.settings.home_path)

    def _row(self, source: str) -> ControlRow:
        (row,) = select_sources(ControlTable(self.lake).rows(), [source])
        return row
