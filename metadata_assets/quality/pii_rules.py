"""What personal data looks like: the names its columns have, and the shape of its values.

A table of rules and no more: `pii` weighs them. Names are matched in snake case, so `custEMail`,
`cust_email` and `CustEmail` are one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.us import ssn

TEXT = "char|text|string|clob|^$|citext|json"
NUMBER = "int|num|dec|bigint|double"
DATE = "date|time"
ADDRESS = "inet|cidr|macaddr"
ANY = ""


@dataclass(frozen=True, slots=True)
class NameRule:
    """Names that give personal data away.

    Attributes:
        kind: What it is.
        names: A regular expression of column names in snake case.
        types: One of native types that may hold it, in lower case.
        confidence: How sure the name alone makes.
        tables: One of table names in snake case; any by default.
    """

    kind: str
    names: str
    types: str
    confidence: float
    tables: str = ""


_PERSON = (
    "user|customer|client|patient|person|people|employee|staff|member|student|teacher|author|"
    "contact|guest|driver|doctor|physician|instructor|passenger|subscriber|applicant|candidate|"
    "cust|emp|holder|owner|beneficiary|recipient|resident|tenant|donor|agent|salesperson|profile"
)

NAME_RULES = (
    NameRule(
        "e-mail address",
        r"(^|_)(e_?mails?|eml|courriel|correo(_?electr[oó]nico)?)(_?addr(ess)?(es)?)?(_?\d+)?$",
        TEXT,
        0.95,
    ),
    NameRule("e-mail address", r"(^|_)mail(_?addr(ess)?)?$", TEXT, 0.7),
    NameRule(
        "phone number",
        r"(^|_)((tele)?(phone|mobile|cell|cellphone|tel|fax|msisdn|whatsapp)(_?(no|nr|num|number))?|"
        r"telefono?|tel[eé]fono|(called|calling|caller|dialled|dialed)_?(no|nr|num|number)|(telefon|handy|mobil)_?(nummer|nr))"
        r"(_?\d+)?$",
        f"{TEXT}|{NUMBER}",
        0.9,
    ),
    NameRule(
        "national identifier",
        r"(^|_)(ssn(_?last_?(4|four))?|codice_?fiscale|steuer_?(id|nr|nummer)|dni|nif|"
        r"nhs_?(no|nr|num|number)|ni_?(no|nr|num|number)|social_?security(_?(no|nr|num|number))?|sin|nino|bsn|pesel|curp|cpf|aadhaa?r|"
        r"national_?(id|insurance)(_?(no|nr|num|number))?|tax_?(id|payer_?id)|tin|"
        r"passport(_?(id|no|nr|num|number))?|driver_?s?_?licen[cs]e(_?(no|nr|num|number))?|"
        r"id_?card(_?(no|nr|num|number))?|personal_?(no|number|code))$",
        f"{TEXT}|{NUMBER}",
        0.95,
    ),
    NameRule(
        "name of a person",
        r"(^|_)((first|last|given|family|sur|middle|full|maiden|birth|nick)_?(names?|nm)|[fl]_?name|"
        r"(vor|nach|familien)_?name|pr[eé]nom|nom_?(de_?)?famille|apellidos?|cognome|sobrenome)$",
        TEXT,
        0.9,
    ),
    NameRule("name of a person", rf"(^|_)({_PERSON})s?_?names?$", TEXT, 0.75),
    NameRule(
        "name of a person", r"(^|_)(contact_?person|next_?of_?kin|signed_?by|signatory)$", TEXT, 0.7
    ),
    NameRule("name of a person", r"^(names?|nom|nombre|nome)$", TEXT, 0.6, rf"(^|_)({_PERSON})s?$"),
    NameRule("account name", r"(^|_)(user_?name|login(_name)?|screen_name)$", TEXT, 0.7),
    NameRule(
        "postal address",
        r"(^|_)(stra(ss|ß)e|anschrift|adresse|direcci[oó]n|indirizzo|"
        r"street(_?(name|no|number|address))?|(home|postal|mailing|billing|shipping|"
        rf"delivery|residential|{_PERSON})_?addr(ess)?|addr(ess)?|addr(ess)?_?(line_?)?\d)(_?\d)?$",
        TEXT,
        0.8,
    ),
    NameRule("postal address", r"^(address_?)?line_?\d$", TEXT, 0.8, r"(^|_)addr(ess(es)?)?$"),
    NameRule(
        "postal code",
        r"(^|_)(zip(_?code)?|post(al)?_?code|plz|postleitzahl)$",
        f"{TEXT}|{NUMBER}",
        0.5,
    ),
    NameRule(
        "date of birth",
        r"(^|_)(dob|birth_?(date|dt|day|year|month)|geburts_?(datum|tag|jahr)|"
        r"fecha_?(de_?)?nacimiento|date_?(de_?)?naissance|data_?(di_?)?nascita|"
        r"date_?of_?birth|born(_on|_at)?|year_of_birth)$",
        f"{TEXT}|{NUMBER}|{DATE}",
        0.95,
    ),
    NameRule(
        "payment card",
        r"(^|_)((credit|debit|payment)_?card(_?(no|nr|num|number))?|card_?(no|nr|num|number)|"
        r"cc_?(no|num|number)|ccn|cvv2?|cvc)$",
        f"{TEXT}|{NUMBER}",
        0.95,
    ),
    NameRule(
        "bank account",
        r"(^|_)(iban|bank_?acc(oun)?t(_?(no|nr|num|number))?|acc(oun)?t_?(no|nr|num|number)|"
        r"sort_?code|routing_?(no|num|number))$",
        f"{TEXT}|{NUMBER}",
        0.85,
    ),
    NameRule(
        "network address",
        r"(^|_)(ip(_?(v4|v6))?(_?addr(ess)?)?|mac_?addr(ess)?|imei|imsi)$",
        f"{TEXT}|{NUMBER}|{ADDRESS}",
        0.75,
    ),
    NameRule(
        "credential",
        r"(^|_)(pass_?word|passwd|pwd|pass_?phrase|pin(_?code)?|secret|api_?key|access_?token|"
        r"refresh_?token|private_?key|security_?answer)(_?(hash|salt|digest))?$",
        f"{TEXT}|binary|bytea|blob",
        0.9,
    ),
    NameRule(
        "sensitive characteristic",
        r"(^|_)(gender|sex(_at_birth)?|ethnicity|race|religion|marital_?status|nationality|"
        r"sexual_?orientation|political_?(party|affiliation|opinion)|disability|"
        r"diagnos(is|es)|blood_?(type|group|grp)|(medical_?(condition|history|record_?(no|num|number))|mrn))$",
        ANY,
        0.7,
    ),
    NameRule(
        "income",
        r"(^|_)(salary|wage|income)$",
        f"{TEXT}|{NUMBER}|money",
        0.8,
        rf"(^|_)({_PERSON}|payroll)s?$",
    ),
    NameRule("income", r"(^|_)(salary|wage|income|net_?worth)$", f"{TEXT}|{NUMBER}|money", 0.6),
    NameRule("device", r"(^|_)(device_?id|user_?agent|advertising_?id|idfa|gaid)$", TEXT, 0.6),
    NameRule("vehicle", r"(^|_)(licen[cs]e_?plate|plate_?(no|number))$", TEXT, 0.7),
)
"""The rules of names."""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Values that give personal data away.

    Attributes:
        kind: What they are.
        matches: Whether a value is one.
        confidence: How sure a column makes in which all values are.
        may_be: A pattern of what may be one: a passport's number is no SSN, but has digits.
    """

    kind: str
    matches: Callable[[str], bool]
    confidence: float
    may_be: str


def _is_email(value: str) -> bool:
    return bool(re.fullmatch(r"[^\s@<>()]+@[\w-]+(\.[\w-]+)+", value.strip()))


def _is_phone(value: str) -> bool:
    text = value.strip()
    has_marks = text.startswith("+") or bool(re.search(r"\d[ ().-]+\d", text))
    digits = re.sub(r"\D", "", text)
    is_other = bool(re.match(r"\d{4}-\d\d-\d\d|(\d\d?[./-]){2}(\d\d){1,2}\b|-?\d+\.\d+$", text))
    shape = re.fullmatch(r"\+?[\d ().x/-]+", text)
    return bool(shape) and has_marks and 8 <= len(digits) <= 15 and not is_other


def _is_address(value: str) -> bool:
    try:
        return ipaddress.ip_address(value.strip()) is not None
    except ValueError:
        return False


def _is_card(value: str) -> bool:
    digits = re.sub(r"[ -]", "", value.strip())
    return bool(re.fullmatch(r"[3-6]\d{12,18}", digits)) and luhn.is_valid(digits)


def _is_ssn(value: str) -> bool:
    return bool(re.fullmatch(r"\d{3}-\d{2}-\d{4}", value.strip())) and ssn.is_valid(value)


VALUE_RULES = (
    ValueRule("e-mail address", _is_email, 0.98, r"@"),
    ValueRule("national identifier", _is_ssn, 0.95, r"\d"),
    ValueRule("phone number", _is_phone, 0.85, r"(\d\D*){5}"),
    ValueRule("payment card", _is_card, 0.95, r"\d{3}"),
    ValueRule("bank account", iban.is_valid, 0.98, r"\d{3}"),
    ValueRule("network address", _is_address, 0.8, r"[\da-f]{2}:|\d\.\d|\d{14}"),
)
"""The rules of values, the surest first."""
