"""The server, put together: its tools, and what a client is told of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from metadata_assets.errors import MetadataAssetsError
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.mcp_server.reading import Reading
from metadata_assets.mcp_server.training import Training
from metadata_assets.settings import Settings

_INSTRUCTIONS = """What databases hold, and how to query them: kept true by metadata-assets.
Get what a question needs with schema_context, or find tables with catalog_search and read one with
describe_table. Check a query with validate_sql before anyone runs it. Nothing here reads a row of a
database."""

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)

P = ParamSpec("P")
R = TypeVar("R")


def build_server(settings: Settings, training: Training | None) -> MCPServer[Any]:
    """The server of a home.

    Args:
        settings: Where state lives.
        training: Syncs sources; None leaves the tools that write out.
    """
    server: MCPServer[Any] = MCPServer(
        "metadata-assets", instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    reading = Reading(settings)
    for tool in (
        reading.catalog_search,
        reading.describe_table,
        reading.schema_context,
        reading.validate_sql,
        reading.training_health,
    ):
        server.add_tool(_answering(tool), annotations=_READS)
    if training is not None:
        server.add_tool(_answering(training.vanna_train_from_catalog), annotations=_WRITES)
    return server


def _answering(tool: Callable[P, R]) -> Callable[P, R]:
    """The tool, with our errors as answers that say how to go on; others stay in the log."""

    @wraps(tool)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return tool(*args, **kwargs)
        except MetadataAssetsError as error:
            raise ToolError(redact_text(str(error))) from None

    return answer
