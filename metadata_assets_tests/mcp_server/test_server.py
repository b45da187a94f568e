"""The MCP server, as the SDK's own client sees it."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from metadata_assets.errors import ConfigurationError
from metadata_assets.mcp_server.http import http_app
from metadata_assets.mcp_server.server import build_server
from metadata_assets_tests.home import Home

READING = {
    "catalog_search",
    "describe_table",
    "schema_context",
    "validate_sql",
    "training_health",
}
ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"

T = TypeVar("T")


def ask(server: Any, question: Callable[[Client], Awaitable[T]]) -> T:
    """Connect, ask, and leave."""

    async def conversation() -> T:
        async with Client(server) as client:
            return await question(client)

    return asyncio.run(conversation())


def call(server: Any, tool: str, **arguments: Any) -> tuple[bool, Any]:
    """Whether a tool answered, and its answer: plain values, or the text of its error."""
    result = ask(server, lambda client: client.call_tool(tool, arguments))
    if result.is_error:
        return False, result.content[0].text
    answer = result.structured_content
    return True, answer["result"] if set(answer) == {"result"} else answer


def tools(server: Any) -> set[str]:
    return {tool.name for tool in ask(server, lambda client: client.list_tools()).tools}


@pytest.fixture
def shop(home: Home) -> Home:
    """A home whose only source, m.shop, is synced."""
    declare(home)
    assert home.sync().succeeded
    return home


def declare(home: Home) -> None:
    source = home.sqlite("shop", ITEM, SALE)
    sink = {"sink": {"type": "jsonl", "path": "shop.jsonl"}}
    home.drop("shop.yaml", source | {"target_config": sink})


def test_an_assistant_finds_tables_describes_one_and_checks_its_query(shop: Home) -> None:
    server = build_server(shop.settings, None)
    assert tools(server) == READING
    _, found = call(server, "catalog_search", query="Which items were sold?")
    assert [one["table"] for one in found] == ["main.item", "main.sale"]
    assert found[1]["matching_columns"] == ["item_id", "sold_at"]
    _, described = call(server, "describe_table", table="SALE")
    assert (described["source"], described["table"]) == ("m.shop", "main.sale")
    assert "sold_at" in described["ddl"][0]
    assert described["documentation"]
    _, context = call(server, "schema_context", question="What was sold when?", max_tokens=500)
    assert context["tables"][0] == "main.sale"
    assert "sold_at" in context["text"]
    assert context["tokens"] <= 500
    _, right = call(server, "validate_sql", source="m.shop", sql="SELECT sold_at FROM sale")
    assert (right["valid"], right["problems"]) == (True, [])
    _, wrong = call(server, "validate_sql", source="m.shop", sql="SELECT sold FROM sale")
    assert not wrong["valid"]
    assert "sold_at" in wrong["problems"][0]
    _, health = call(server, "training_health")
    (one,) = health["sources"]
    assert (one["source"], one["live"], one["to_be_pushed"]) == ("m.shop", 4, 0)
    for tool, arguments, said in (
        ("describe_table", {"table": "sales"}, "Did you mean main.sale"),
        ("describe_table", {"table": "t", "source": "m.shpo"}, "no active source is named m.shpo"),
        ("catalog_search", {"query": "?!"}, "no words to look for"),
    ):
        answered, text = call(server, tool, **arguments)
        assert not answered
        assert said in text


def test_what_goes_wrong_unforeseen_is_not_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("metadata_assets.mcp_server.reading.ControlTable", fail)
    answered, text = call(build_server(home.settings, None), "catalog_search", query="item")
    assert not answered
    assert "hunter2" not in text


def test_over_standard_input_and_output_a_source_is_synced(home: Home) -> None:
    declare(home)
    server = StdioServerParameters(
        command=str(Path(sys.executable).parent / "metadata-assets"),
        args=["mcp"],
        cwd=home.path,
        env=home.command_environment(),
    )

    async def conversation(client: Client) -> tuple[set[str], list[dict[str, Any]]]:
        offered = {tool.name for tool in (await client.list_tools()).tools}
        reports = []
        for arguments in ({"dry_run": True}, {}, {}, {"mode": "verify"}):
            result = await client.call_tool(
                "vanna_train_from_catalog", {"source": "m.shop", **arguments}
            )
            assert not result.is_error, result.content
            reports.append(result.structured_content["sources"][0])
        return offered, reports

    offered, (preview, synced, again, verified) = ask(server, conversation)
    assert offered == READING | {"vanna_train_from_catalog"}
    assert (preview["status"], synced["status"]) == ("would sync", "synced")
    assert preview["training_records"] == synced["training_records"]
    assert again["status"] == "unchanged"
    assert (verified["status"], verified["training_records"]["changed"]) == ("verified", [])
    assert len((home.path / "shop.jsonl").read_text().splitlines()) == 4


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The URL of an application while it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join()


def test_over_http_only_those_who_bring_the_token_are_answered(home: Home) -> None:
    app = http_app(build_server(home.settings, None), host="127.0.0.1", token="s3cret")

    async def asked(url: str, token: str) -> set[str]:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return {tool.name for tool in (await client.list_tools()).tools}

    with served(app) as url:
        assert asyncio.run(asked(url, "s3cret")) == READING
        for headers in ({}, {"Authorization": "Bearer other"}):
            assert httpx2.post(url, headers=headers, json={}).status_code == 401


def test_over_http_on_this_machine_no_token_is_needed_and_other_sites_are_refused(
    home: Home,
) -> None:
    with served(http_app(build_server(home.settings, None), host="127.0.0.1", token=None)) as url:
        assert tools(url) == READING
        assert httpx2.post(url, headers={"Host": "evil.example"}, json={}).status_code == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "db.example", "10.0.0.1"])
def test_where_others_can_connect_a_token_is_demanded(home: Home, host: str) -> None:
    with pytest.raises(ConfigurationError, match="METADATA_ASSETS_MCP_TOKEN"):
        http_app(build_server(home.settings, None), host=host, token=None)
