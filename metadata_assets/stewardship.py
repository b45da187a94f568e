"""Look after what is said of a home's sources: how good it is, and what it is to become.

The one door to it for the command line and for programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake
from metadata_assets.quality.check import quality_problems
from metadata_assets.quality.coverage import Coverage, coverage_of
from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.golden import GoldenVerdict, judged_queries, with_engine_errors
from metadata_assets.quality.problems import problem_rows
from metadata_assets.quality.subject import QualitySubject, load_subject
from metadata_assets.settings import Settings
from metadata_assets.sources.registry import Source, dialect_of


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

    def opened(self, source: str) -> Source:
        """A source, ready to read.

        Raises:
            ConfigurationError: There is no such active source, or its configuration is wrong.
        """
        return open_row(self._row(source), self.settings.home_path)

    def _row(self, source: str) -> ControlRow:
        (row,) = select_sources(ControlTable(self.lake).rows(), [source])
        return row
