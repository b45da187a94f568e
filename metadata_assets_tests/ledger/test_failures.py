from __future__ import annotations

import sqlite3
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import exc

from metadata_assets.errors import (
    ConcurrentWrite,
    ConfigurationError,
    ErrorType,
    PermanentError,
    SourceRefused,
    SourceUnavailable,
)
from metadata_assets.ledger.describing import describe_error
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once


def test_an_error_is_stored_with_its_context(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    try:
        raise SourceRefused("no SELECT on orders", where="demo.shop", remedy="GRANT it.")
    except SourceRefused as error:
        logged = ledger.log_exception(
            "demo.shop",
            error,
            table_name="orders",
            sync_run_id=run.id,
            record_data={"id": 1},
            operation_type="insert",
        )
    assert (logged.status, logged.error_type, logged.error_code) == (
        "open",
        "permission",
        "SourceRefused",
    )
    assert logged.error_message == "demo.shop: no SELECT on orders. GRANT it."
    assert logged.error_details == {
        "class": "metadata_assets.errors.SourceRefused",
        "what": "no SELECT on orders",
        "where": "demo.shop",
        "remedy": "GRANT it.",
    }
    assert "test_an_error_is_stored_with_its_context" in str(logged.stack_trace)
    assert (logged.table_name, logged.sync_run_id) == ("orders", run.id)
    assert (logged.record_data, logged.operation_type) == ({"id": 1}, "insert")
    assert (logged.retry_count, logged.max_retries, logged.retry_after) == (0, 0, None)
    assert logged.occurred_at.tzinfo is timezone.utc
    assert ledger.errors() == [logged]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceUnavailable("down"), "connection"),
        (ConcurrentWrite("taken"), "constraint"),
        (ConfigurationError("wrong"), "validation"),
        (TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "connection"),
        (FileNotFoundError("x"), "connection"),
        (PermissionError("x"), "permission"),
        (sqlite3.IntegrityError("x"), "constraint"),
        (sqlite3.OperationalError("x"), "connection"),
        (psycopg.errors.UniqueViolation("x"), "constraint"),
        (psycopg.errors.InsufficientPrivilege("x"), "permission"),
        (psycopg.errors.InvalidPassword("x"), "permission"),
        (psycopg.errors.QueryCanceled("x"), "timeout"),
        (psycopg.errors.LockNotAvailable("x"), "timeout"),
        (psycopg.errors.UndefinedTable("x"), "schema"),
        (psycopg.OperationalError("no server"), "connection"),
        (exc.DBAPIError("SELECT 1", {}, psycopg.errors.UniqueViolation("x")), "constraint"),
        (KeyError("x"), "transformation"),
    ],
)
def test_errors_are_told_apart_by_kind(error: Exception, expected: ErrorType) -> None:
    assert describe_error(error).error_type == expected


def test_what_cannot_pass_is_never_tried_again(ledger: Ledger) -> None:
    assert ledger.log_exception("demo.shop", PermanentError("wrong")).max_retries == 0
    assert ledger.log_exception("demo.shop", SourceUnavailable("down")).max_retries == 3
    assert (
        ledger.log_exception("demo.shop", SourceUnavailable("down"), max_retries=7).max_retries == 7
    )


def test_any_record_is_stored(ledger: Ledger) -> None:
    moment = datetime(2026, 1, 2, tzinfo=timezone.utc)
    record = [
        moment,
        Decimal("1.5"),
        b"\x00",
        UUID(int=1),
        {1, 2},
        object,
        float("inf"),
        "\x00\ud800",
    ]
    logged = ledger.log_exception("demo.shop", ValueError("x"), record_data=record)
    assert logged.record_data == [
        "2026-01-02T00:00:00+00:00",
        "1.5",
        "AA==",
        "00000000-0000-0000-0000-000000000001",
        [1, 2],
        "<class 'object'>",
        "inf",
        "\\x00\\ud800",
    ]


@pytest.mark.parametrize("record", [None, 0, "", [], "text", 1.5])
def test_a_record_of_any_shape_reads_back(ledger: Ledger, record: Any) -> None:
    assert (
        ledger.log_exception("demo.shop", ValueError("x"), record_data=record).record_data == record
    )


def test_no_secret_is_stored_wherever_it_stands(ledger: Ledger) -> None:
    class Odd(PermanentError):
        def __init__(self) -> None:
            super().__init__("cannot open postgresql://me:S3cret@db", where="x", remedy="y")
            self.password = "S3cret"

    try:
        try:
            raise ValueError("password=S3cret")
        except ValueError as error:
            raise Odd from error
    except Odd as error:
        logged = ledger.log_exception(
            "demo.shop", error, record_data={"password": "S3cret", "url": "x://me:S3cret@h"}
        )
    stored = repr(logged).replace('self.password = "S3cret"', "")
    assert "S3cret" not in stored
    assert "***" in logged.error_message


def test_text_that_postgresql_refuses_is_escaped(ledger: Ledger) -> None:
    logged = ledger.log_exception("demo.shop", ValueError("nul \x00 and lone \udcff"))
    assert logged.error_message == "nul \\x00 and lone \\udcff"


def test_an_error_without_words_is_called_by_its_class(ledger: Ledger) -> None:
    assert ledger.log_exception("demo.shop", TimeoutError()).error_message == "TimeoutError"


def test_an_error_can_be_told_without_an_exception(ledger: Ledger) -> None:
    logged = ledger.log_error(
        schema_name="ecommerce",
        table_name="orders",
        error_type="validation",
        error_message="invalid date; token=S3cret",
        error_code="VAL_001",
        error_details={"field": "order_date", "password": "S3cret"},
        stack_trace="ValidationError: postgresql://me:S3cret@db",
        record_data={"id": 12345, "order_date": "2023-13-45"},
        operation_type="insert",
        max_retries=2,
    )
    assert (logged.error_type, logged.error_code, logged.table_name, logged.max_retries) == (
        "validation",
        "VAL_001",
        "orders",
        2,
    )
    assert logged.record_data == {"id": 12345, "order_date": "2023-13-45"}
    assert "S3cret" not in repr(logged)
    assert "ValidationError" in str(logged.stack_trace)


def test_errors_are_listed_newest_first_and_filtered(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    first = ledger.log_exception("demo.shop", ValueError("1"), sync_run_id=run.id)
    second = ledger.log_exception("demo.shop", ValueError("2"))
    other = ledger.log_exception("demo.crm", ValueError("3"))
    assert [e.id for e in ledger.errors()] == [other.id, second.id, first.id]
    assert [e.id for e in ledger.errors("demo.shop", limit=1)] == [second.id]
    assert [e.id for e in ledger.errors(sync_run_id=run.id)] == [first.id]
    assert ledger.errors(status="resolved") == []


def test_the_same_error_repeating_is_one_row_with_a_count(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    first = ledger.log_exception("demo.shop", SourceUnavailable("down"))
    again = ledger.log_exception("demo.shop", SourceUnavailable("down"), sync_run_id=run.id)
    assert (again.id, again.occurrence_count, again.sync_run_id) == (first.id, 2, run.id)
    assert again.occurred_at == first.occurred_at
    assert again.last_occurred_at is not None
    assert again.last_occurred_at >= first.occurred_at
    ledger.log_exception("demo.shop", SourceUnavailable("down"), table_name="orders")
    ledger.log_exception("demo.shop", SourceUnavailable("down"), record_data={"id": 1})
    ledger.log_exception("demo.crm", SourceUnavailable("down"))
    assert len(ledger.errors()) == 4
    ledger.resolve_error(first.id)
    assert ledger.log_exception("demo.shop", SourceUnavailable("down")).id != first.id


def test_processes_that_log_the_same_error_share_its_row(place: Place) -> None:
    def log(_number: int) -> None:
        with place.open() as ledger:
            for _ in range(10):
                ledger.log_exception("demo.shop", SourceUnavailable("down"))

    place.open().close()
    run_at_once(log, 4)
    with place.open() as ledger:
        (error,) = ledger.errors()
        assert error.occurrence_count == 40
