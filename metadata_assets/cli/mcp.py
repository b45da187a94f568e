"""`metadata-assets mcp`: the catalog and the records for an assistant."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from metadata_assets.cli.app import app, err
from metadata_assets.errors import ConfigurationError
from metadata_assets.settings import Settings


@app.command()
def mcp(
    http: Annotated[
        bool,
        typer.Option("--http", help="Speak HTTP at /mcp instead of standard input and output."),
    ] = False,
    host: Annotated[
        str, typer.Option(help="The address to listen on; others than this machine's want a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8765,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Leave out the tools that write.")
    ] = False,
) -> None:
    """Serve the Model Context Protocol: search tables, describe one, check SQL, sync a source.

    Over standard input and output by default, as desktop assistants start it. With `--http`, the
    token in METADATA_ASSETS_MCP_TOKEN is what every client must bring; without one, only this
    machine can connect. Needs the extra `mcp`.
    """
    try:
        from metadata_assets.mcp_server.http import TOKEN_VARIABLE, serve_http
        from metadata_assets.mcp_server.server import build_server
        from metadata_assets.mcp_server.training import Training
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise ConfigurationError(
            "the MCP server needs the official SDK",
            remedy="pip install 'metadata-assets[mcp]'",
        ) from error

    settings = Settings()
    server = build_server(settings, None if read_only else Training(settings))
    if http:
        err.print(f"Serving http://{host}:{port}/mcp", highlight=False)
        token = os.environ.get(TOKEN_VARIABLE) or None
        serve_http(server, host=host, port=port, token=token)
    else:
        server.run("stdio")
