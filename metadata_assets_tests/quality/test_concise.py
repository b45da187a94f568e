from __future__ import annotations

import re

import pytest

from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.lake import Lake
from metadata_assets.quality.concise import LIMIT, concise, lost
from metadata_assets.quality.hook import load_shortener, shortened_by
from metadata_assets.quality.long_descriptions import proposals
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.catalogs import catalog, column, table

TOTAL = (
    "This column contains the total amount of the order in USD, including shipping costs and "
    "taxes, which are computed by the checkout service at the moment when the customer pays."
)
STATUS = (
    "Status of the order. Please note that it can be one of: pending, paid, shipped, cancelled. "
    "It is updated by the warehouse system whenever something happens to the order on its way."
)
PARCEL = (
    "Foreign key to parcels.id; identifies the parcel that left our warehouse, weighed in "
    "kilograms, because carriers charge by weight and tend to argue about it afterwards"
)
ADMISSIONS = (
    "Stays, one row per admission of a patient. Please note that this table contains basically all "
    "of the admissions including day cases, which are counted with los_days = 0. Others may have "
    "been entered by hand at some later time."
)


def shorter(name: str, description: str, limit: int) -> str:
    return f"{description[: limit - 20]}…" if name else ""


def careless(name: str, description: str, limit: int) -> str:
    return "Money" if name and description and limit else ""


def broken(name: str, description: str, limit: int) -> str:
    raise ValueError(f"no answer for {name}, {description}, {limit}")


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (TOTAL, "The total amount of the order in USD, including shipping costs and taxes"),
        (STATUS, "Status of the order. It can be one of: pending, paid, shipped, cancelled"),
        (
            PARCEL,
            "Foreign key to parcels.id, identifies the parcel that left our warehouse, "
            "weighed in kilograms",
        ),
        (
            ADMISSIONS,
            "Stays, one row per admission of a patient. All of the admissions including day cases, "
            "which are counted with los_days = 0",
        ),
    ],
)
def test_a_long_description_is_made_shorter_of_its_own_words(
    description: str, expected: str
) -> None:
    assert concise(description) == expected
    assert lost(description, expected) == ()
    said = set(re.findall(r"\w+", description.lower()))
    assert set(re.findall(r"\w+", expected.lower())) <= said


@pytest.mark.parametrize("description", ["", "Short enough", "word " * 20, "x" * 400])
def test_what_is_short_or_has_nothing_to_spare_stays(description: str) -> None:
    assert concise(description) is None


def test_what_a_form_lost_is_named() -> None:
    assert lost("Price in EUR of order_lines, 19 % tax, 'gross'", "Price of the lines") == (
        "EUR",
        "order_lines",
        "19 %",
        "'gross'",
    )


@needs_realdata
def test_real_descriptions_keep_their_names_numbers_and_values() -> None:
    texts = (REALDATA / "pg/omop/omop_5_4.sql").parent.glob("upstream_dictionary_*.csv")
    described = [
        cell
        for path in texts
        for cell in re.findall(r'"((?:[^"]|"")*)"', path.read_text(encoding="utf-8"))
        if len(cell) > LIMIT
    ]
    forms = [(text, concise(text)) for text in described]
    made = [(text, form) for text, form in forms if form is not None]
    assert len(made) > len(described) / 2
    assert all(len(form) < len(text) and not lost(text, form) for text, form in made)
    assert [form for _, form in made] == [concise(text) for text, _ in made]


def test_someone_s_own_code_shortens_where_this_machine_allows_it() -> None:
    mine = f"{__name__}:shorter"
    with pytest.raises(ConfigurationError, match="does not allow"):
        load_shortener(mine, allowed=())
    shorten = load_shortener(mine, allowed=(f"{__name__}:*",))
    text = "Whoever reads this finds nothing in it that could not be left out " * 3
    assert (shortened_by(shorten, "t", text) or "").endswith("…")
    with pytest.raises(ConfigurationError, match="cannot be imported"):
        load_shortener("no.such:thing", allowed=("*",))


@pytest.mark.parametrize(("shorten", "why"), [(careless, "lost USD"), (broken, "ValueError")])
def test_where_the_code_of_others_fails_the_own_form_serves(shorten: object, why: str) -> None:
    of = catalog(table("orders", column("amount", comment=TOTAL)))
    (proposal,) = proposals(of, shorten)  # type: ignore[arg-type]
    assert proposal.concise == concise(TOTAL)
    assert why in (proposal.note or "")
    with pytest.raises(PermanentError):
        shortened_by(shorten, "orders.amount", TOTAL)  # type: ignore[arg-type]


def test_proposals_are_of_tables_and_columns_that_say_too_much(lake: Lake) -> None:
    of = catalog(table("orders", column("amount", comment=TOTAL), column("id"), comment=STATUS))
    assert [(one.table, one.column) for one in proposals(of)] == [
        ("public.orders", None),
        ("public.orders", "amount"),
    ]
    assert lake.tables() == ()
