"""Aliases of sources that name their columns too: `t(a, b)`."""

from __future__ import annotations

from dataclasses import replace

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.namespace import Source


def renamed(analysis: Analysis, source: Source, alias: Node) -> Source:
    """A source whose alias names columns too."""
    names = [each.string.sval for each in alias.colnames]
    if not names:
        return source
    if len(names) > len(source.columns) and not source.is_open:
        message = (
            f'table "{source.name}" has {len(source.columns)} columns available '
            f"but {len(names)} columns specified"
        )
        analysis.refuse(codes.OTHER, message, -1)
    renamed = [
        replace(column, name=names[place]) if place < len(names) else column
        for place, column in enumerate(source.columns)
    ]
    return replace(source, columns=tuple(renamed))
