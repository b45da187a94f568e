"""The tool that writes: sync a source, as the command line does."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from metadata_assets.cli.show import report_document
from metadata_assets.mcp_server.reading import SourceKey
from metadata_assets.settings import Settings

Mode = Annotated[
    Literal["incremental", "full", "verify"],
    Field(
        description="incremental: write what differs; full: derive and write every record anew; "
        "verify: write nothing, and tell every difference between catalog, records and sink."
    ),
]


@dataclass(frozen=True, slots=True)
class Training:
    """The writing tools of one home."""

    settings: Settings
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def vanna_train_from_catalog(
        self,
        source: SourceKey,
        mode: Mode = "incremental",
        dry_run: Annotated[bool, Field(description="Only say what would change.")] = False,
    ) -> dict[str, Any]:
        """Bring what an assistant is taught of a source in step with its catalog.

        Reads the catalog, derives the training records, and pushes the difference to the sink of
        the source. Only what changed is written; an unchanged source costs one probe.
        """
        # Dagster takes seconds to import, which the other tools need not wait for.
        from metadata_assets.defs.api import sync

        with self._one_at_a_time:
            report = sync(source, mode=mode, dry_run=dry_run, settings=self.settings)
        return report_document(report)
