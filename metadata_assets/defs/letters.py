"""Take the pipeline's own dead letters again: run the stage that could not take them."""

from __future__ import annotations

from metadata_assets.control import letters as control_letters
from metadata_assets.control.letters import drop_of
from metadata_assets.defs.execution import SyncOptions, run_source
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.sync import ingest_drops
from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.ledger.values import DeadLetter
from metadata_assets.settings import Settings
from metadata_assets.sources.extract import STAGE as EXTRACT_STAGE


def replay_pipeline_letter(letter: DeadLetter) -> None:
    """Ingest the drops, or read the source, again.

    Raises:
        PermanentError: The drop is still refused, the object still unreadable, or the letter is
            none of this pipeline's.
    """
    settings = Settings()
    with home_instance(settings) as instance:
        if letter.table_name == control_letters.STAGE:
            problems = ingest_drops(settings, instance)
            mine = [
                one for one in problems if drop_of(one.split(": ")[0]) == letter.source_record_id
            ]
            if mine:
                raise ConfigurationError("; ".join(mine))
        elif letter.table_name == EXTRACT_STAGE:
            outcome = run_source(instance, letter.schema_name, SyncOptions(force=True))
            if outcome.error is not None:
                raise PermanentError(outcome.error)
            for row in outcome.results[EXTRACT_STAGE].get("unreadable_objects", []):
                if row["object_name"] == letter.source_record_id:
                    raise PermanentError(row["reason"], where=row["object_name"])
        else:
            raise PermanentError(
                "this pipeline has no use for it",
                where=f"dead letter {letter.id}",
                remedy="Name what takes it with --handler, or discard it.",
            )
