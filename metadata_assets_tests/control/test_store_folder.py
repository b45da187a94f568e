from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timezone

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from metadata_assets.control.drops import read_drops
from metadata_assets.control.scan import scan_drops
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError, SourceUnavailable
from metadata_assets.lake import Lake
from metadata_assets_tests.control.conftest import NOON
from metadata_assets_tests.control.test_drops import drop, messages


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """An S3 of this module, on the loopback interface."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a drops folder in a bucket of its own."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{uuid.uuid4().hex[:12]}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
    return f"s3://{bucket}/drops"


def put(uri: str, text: str) -> None:
    with fsspec.open(uri, "wb") as file:
        file.write(text.encode())


def remove(uri: str) -> None:
    files, path = fsspec.core.url_to_fs(uri)
    files.rm(path)


@pytest.mark.parametrize("store", ["s3", "memory"])
def test_drops_of_a_store_are_read_like_those_of_a_folder(
    store: str, request: pytest.FixtureRequest
) -> None:
    uri = request.getfixturevalue("s3") if store == "s3" else f"memory://{uuid.uuid4().hex}/drops"
    put(f"{uri}/b.yaml", drop("b"))
    put(f"{uri}/a/x/y.yml", drop("y"))
    put(f"{uri}/bad.yaml", "modules: [")
    put(f"{uri}/large.yaml", "#" * 1_000_001)
    for name in (".hidden.yaml", ".git/c.yaml", "note.txt", "~c.yaml"):
        put(f"{uri}/{name}", "[")
    drops = read_drops(uri)
    assert drops.files == ("a/x/y.yml", "b.yaml")
    assert [message.split(". ")[0] for message in messages(drops)] == [
        "bad.yaml:2:1: Failed to parse YAML file: while parsing a flow node, did not find expected "
        "node content",
        "large.yaml:1:1: the file is larger than 1000000 bytes",
    ]


@pytest.mark.parametrize("store", ["s3", "memory"])
def test_a_scan_reads_what_moved_and_tells_what_changed(
    store: str, request: pytest.FixtureRequest
) -> None:
    uri = request.getfixturevalue("s3") if store == "s3" else f"memory://{uuid.uuid4().hex}/drops"
    for name in ("a", "b"):
        put(f"{uri}/{name}.yaml", drop(name))
    now = datetime.now(timezone.utc)
    first = scan_drops(uri, {}, now=now)
    assert (first.changed, first.is_ready) == (("a.yaml", "b.yaml"), True)
    assert not scan_drops(uri, first.states, now=now).is_ready
    put(f"{uri}/a.yaml", drop("other"))
    remove(f"{uri}/b.yaml")
    second = scan_drops(uri, first.states, now=now)
    assert (second.changed, second.removed) == (("a.yaml",), ("b.yaml",))


def test_sources_come_and_go_with_their_objects(s3: str, lake: Lake) -> None:
    control = ControlTable(lake)

    def active() -> list[str]:
        control.ingest(s3, now=NOON, user="ann")
        return [row.key for row in control.rows() if row.is_active]

    assert active() == []
    put(f"{s3}/a.yaml", drop("a"))
    put(f"{s3}/b.yaml", drop("b"))
    assert active() == ["m.a", "m.b"]
    remove(f"{s3}/a.yaml")
    assert active() == ["m.b"]
    remove(f"{s3}/b.yaml")  # a prefix without objects is an empty folder
    assert active() == []


def test_a_bucket_that_is_gone_deactivates_nothing(s3: str, lake: Lake) -> None:
    control = ControlTable(lake)
    put(f"{s3}/a.yaml", drop("a"))
    control.ingest(s3, now=NOON, user="ann")
    remove(f"{s3}/a.yaml")
    fsspec.filesystem("s3", skip_instance_cache=True).rmdir(s3.split("/")[2])
    with pytest.raises((ConfigurationError, SourceUnavailable)):
        control.ingest(s3, now=NOON, user="ann")
    assert control.rows()[0].is_active


def test_a_store_that_does_not_answer_is_told_in_one_line(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.filesystem("s3").clear_instance_cache()
    with pytest.raises(SourceUnavailable) as refused:
        read_drops(s3)
    assert str(refused.value).isprintable()
    assert s3 in str(refused.value)


def test_a_store_that_nothing_reads_is_told_with_the_remedy() -> None:
    with pytest.raises(ConfigurationError, match="drops cannot be read from nosuch://"):
        read_drops("nosuch://bucket/drops")
