from __future__ import annotations

import pytest

from metadata_assets.quality.pii import suspected_columns
from metadata_assets_tests.quality.subjects import profiles
from metadata_assets_tests.schema.catalogs import catalog, column, table

NOBODY = profiles()


def suspicion(
    name: str, native_type: str = "text", *, of: str = "things", values: tuple[str, ...] = ()
) -> tuple[str, float] | None:
    """What a column seems to be, and how sure that is."""
    source = catalog(table(of, column(name, native_type)))
    seen = {(f"public.{of}", name): values} if values else None
    found = suspected_columns(source, NOBODY, seen, least=0.3).to_pylist()
    return (found[0]["kind"], found[0]["confidence"]) if found else None


@pytest.mark.parametrize(
    ("name", "native_type", "kind"),
    [
        ("email", "character varying(80)", "e-mail address"),
        ("custEMail", "text", "e-mail address"),
        ("sbCustPhone", "varchar(20)", "phone number"),
        ("mobile_no", "bigint", "phone number"),
        ("SSN", "char(11)", "national identifier"),
        ("passport_number", "text", "national identifier"),
        ("FirstName", "nvarchar(50)", "name of a person"),
        ("customer_name", "text", "name of a person"),
        ("billing_address_1", "text", "postal address"),
        ("date_of_birth", "date", "date of birth"),
        ("DOB", "timestamp", "date of birth"),
        ("credit_card_number", "text", "payment card"),
        ("iban", "text", "bank account"),
        ("ip_address", "inet", "network address"),
        ("password_hash", "bytea", "credential"),
        ("gender", "char(1)", "sensitive characteristic"),
        ("cust_eml", "text", "e-mail address"),
        ("ssn_last4", "char(4)", "national identifier"),
        ("last_nm", "text", "name of a person"),
        ("fname", "text", "name of a person"),
        ("birth_dt", "date", "date of birth"),
        ("Geburtsdatum", "date", "date of birth"),
        ("nachname", "text", "name of a person"),
        ("telefonnummer", "text", "phone number"),
        ("straße", "text", "postal address"),
        ("prénom", "text", "name of a person"),
        ("fecha_nacimiento", "date", "date of birth"),
        ("codice_fiscale", "text", "national identifier"),
        ("device_id", "text", "device"),
        ("NI Number", "text", "national identifier"),
        ("called_no", "text", "phone number"),
        ("imsi", "text", "network address"),
        ("contact_person", "text", "name of a person"),
        ("sex_at_birth", "text", "sensitive characteristic"),
        ("blood_grp", "text", "sensitive characteristic"),
        ("line_no", "integer", None),
        ("", "text", None),
        ("email_sent_at", "timestamp", None),
        ("email", "boolean", None),
        ("email_count", "integer", None),
        ("phone_verified", "boolean", None),
        ("product_name", "text", None),
        ("filename", "text", None),
        ("description", "text", None),
        ("address_count", "integer", None),
        ("microphone", "text", None),
        ("shipment_id", "integer", None),
        ("birthrate", "numeric", None),
        ("tokens", "integer", None),
        ("nomenclature", "text", None),
        ("telefono_activo", "boolean", None),
        ("mailing_status", "text", None),
    ],
)
def test_names_and_types_give_personal_data_away(
    name: str, native_type: str, kind: str | None
) -> None:
    found = suspicion(name or "x", native_type)
    assert (found and found[0]) == kind


def test_a_name_is_personal_in_a_table_of_persons() -> None:
    assert suspicion("name", of="customers") == ("name of a person", 0.6)
    assert suspicion("name", of="products") is None
    assert suspicion("line_1", of="patient_addresses") == ("postal address", 0.8)
    assert suspicion("line_1", of="invoices") is None
    assert suspicion("Annual Salary", "money", of="Employees") == ("income", 0.8)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("ann@example.org", "bo.b@mail.example.com", "c@x.io"), "e-mail address"),
        (("+49 30 1234567", "(555) 010-9999", "+1-555-010-1234"), "phone number"),
        (("536-90-4399", "078-05-1121", "219-09-9998"), "national identifier"),
        (("4111 1111 1111 1111", "5500005555555559", "340000000000009"), "payment card"),
        (("DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "x"), "bank account"),
        (("10.0.0.1", "192.168.1.17", "2001:db8::1"), "network address"),
        (("2024-01-01", "2024-01-02", "2024-01-03"), None),
        (("01.02.2024", "11.12.2024", "31.12.2024"), None),
        (("1234567.50", "7654321.25", "1000000.75"), None),
        (("1234567890123456", "2345678901234567", "3456789012345678"), None),
        (("red", "green", "blue"), None),
        (("1.5.2", "1.4", "2.0.0-rc1"), None),
    ],
)
def test_values_give_personal_data_away(values: tuple[str, ...], kind: str | None) -> None:
    found = suspicion("remark", values=values)
    assert (found and found[0]) == kind


def test_name_and_values_that_agree_are_surer_than_each_and_those_that_do_not_are_less() -> None:
    alone = suspicion("email")
    both = suspicion("email", values=("a@x.org", "b@x.org", "c@x.org"))
    against = suspicion("email", values=("yes", "no", "maybe"))
    assert alone
    assert both
    assert against
    assert both[1] > alone[1] > against[1]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("msisdn", ("393400000001", "393400000002", "393400000003")),
        ("passport_no", ("C01X00T47", "L8988901C", "X1234567")),
        ("account_no", ("12345678", "00012345", "87654321")),
        ("card_number", ("************1111", "************0004", "************4444")),
        ("imei", ("350000000000001", "350000000000002", "350000000000003")),
        ("mac_address", ("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5f", "00:1a:2b:3c:4d:60")),
    ],
)
def test_values_in_a_form_that_no_rule_knows_do_not_speak_against_a_name(
    name: str, values: tuple[str, ...]
) -> None:
    assert suspicion(name, values=values) == suspicion(name)


def test_what_somebody_judged_is_not_asked_again() -> None:
    judged = catalog(table("t", *(column(f"email_{n}", pii=n > 1) for n in (1, 2))))
    assert suspected_columns(judged, NOBODY).num_rows == 0


def test_the_values_of_statistics_are_looked_at_and_never_told() -> None:
    of = catalog(table("t", column("remark", "text")))
    mails = ["planted@example.org", "b@example.org", "c@example.org"]
    known = profiles({"table_fqdn": "public.t", "column_name": "remark", "sample_values": mails})
    (found,) = suspected_columns(of, known).to_pylist()
    assert found["kind"] == "e-mail address"
    assert "planted" not in str(found)
