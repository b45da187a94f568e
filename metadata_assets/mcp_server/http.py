"""The server over HTTP: on this machine for anybody on it, elsewhere behind a token."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Any

import uvicorn
from mcp.server import MCPServer
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from metadata_assets.errors import ConfigurationError

TOKEN_VARIABLE = "METADATA_ASSETS_MCP_TOKEN"
"""The environment variable that holds the token clients must bring."""


class BearerGate:
    """Lets only requests through that bring the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        """Guard an application.

        Args:
            app: What is guarded.
            token: What clients send as `Authorization: Bearer …`.
        """
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401, or pass the request on."""
        if scope["type"] == "http":
            brought = Headers(scope=scope).get("authorization", "").encode()
            if not hmac.compare_digest(brought, self._expected):
                refusal = PlainTextResponse(
                    "a bearer token is needed", 401, {"WWW-Authenticate": "Bearer"}
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def http_app(server: MCPServer[Any], *, host: str, token: str | None) -> ASGIApp:
    """The server as an ASGI application, at `/mcp`.

    Args:
        server: The server.
        host: The address it will listen on.
        token: What clients must bring; None only where the address is this machine's own.

    Raises:
        ConfigurationError: Others can reach the address, and there is no token.
    """
    if token is None and not _is_loopback(host):
        raise ConfigurationError(
            f"others can reach {host}, so a token is needed",
            remedy=f"Set {TOKEN_VARIABLE} to a long random text, or listen on 127.0.0.1.",
        )
    app = server.streamable_http_app(host=host)
    return app if token is None else BearerGate(app, token)


def serve_http(server: MCPServer[Any], *, host: str, port: int, token: str | None) -> None:
    """Serve until interrupted; raises what `http_app` raises."""
    uvicorn.run(http_app(server, host=host, token=token), host=host, port=port, log_level="warning")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
