"""Some rows of files, by DuckDB's readers and what was found out about each file."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import duckdb

from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.duckdb.sample import sample_query
from metadata_assets.sources.files.documents import MAP_THRESHOLD, NO_MAPS, readable_json
from metadata_assets.sources.files.folder import DataFile, free_name
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.text import read_sample
from metadata_assets.sources.files.workbench import Workbench

_CSV = (
    "read_csv($path, delim = $delimiter, quote = $quote, skip = $skipped, header = $header, "
    "nullstr = $marks, all_varchar = true, null_padding = true, ignore_errors = true, "
    "parallel = false, max_line_size = 8388608, buffer_size = 16777216)"
)


_JSON = "read_json_auto($path, maximum_depth = $depth, map_inference_threshold = $maps)"
_UNSAMPLED = frozenset({"aligned", "drawn", "ragged", "sheet"})
"""Properties of tables that no reader reads again as a whole."""


def file_samples(
    bench: Workbench, files: Sequence[DataFile], tables: Sequence[SampledTable]
) -> Generator[Sample | NoSample, None, None]:
    """A sample of each table whose file can be read again as a whole.

    Args:
        bench: Where to read.
        files: The files of the source.
        tables: What to read.
    """
    taken: set[tuple[str, str]] = set()
    # The names that extracting gave them, in the same order.
    by_name = {free_name(file.schema_name, file.table_name, taken): file for file in files}
    for table in tables:
        file = by_name.get((table.schema_name, table.table_name))
        if file is None or not _UNSAMPLED.isdisjoint(table.properties):
            yield NoSample(
                table, "no statistics are kept of sheets, and of ragged, aligned or drawn files"
            )
            continue
        try:
            with bench.one_file():
                relation, options = _relation(bench, file.path, table)
                rows = bench.table(sample_query(relation, table), **options)
        except (Unreadable, OSError) as error:
            yield NoSample(table, str(error))
        except duckdb.Error as error:
            yield NoSample(table, bench.reason(error))
        else:
            yield Sample(table, rows, table.row_estimate)


def _relation(bench: Workbench, path: Path, table: SampledTable) -> tuple[str, dict[str, object]]:
    """What stands behind FROM, and its parameters."""
    found = table.properties
    if found.get("format") == "parquet":
        return "read_parquet($path)", {"path": str(bench.link_to(bench.whole(path)))}
    if found.get("format") == "json":
        depth = -1 if found.get("nested_types_are_inferred") else 1
        _, link = readable_json(path, bench)
        maps = NO_MAPS if found.get("maps_are_inferred") is False else MAP_THRESHOLD
        return _JSON, {"path": link, "depth": depth, "maps": maps}
    return _CSV, {
        "path": str(bench.copy_of(read_sample(path).text)),
        "delimiter": found["delimiter"],
        "quote": found.get("quote", ""),
        "skipped": found.get("skipped_rows", 0),
        "header": found["has_header"],
        "marks": ["", *found.get("null_marks", ())],
    }
