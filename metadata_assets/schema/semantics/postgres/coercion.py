"""Which type becomes which unasked: the rules of PostgreSQL's parse_coerce, by name of type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metadata_assets.schema.semantics.postgres.system import OPAQUE, RECORD, UNKNOWN, system

IMPLICIT, ASSIGNMENT, EXPLICIT = "i", "a", "e"
"""When a cast may be applied: anywhere, where a column is assigned to, where it is asked for."""

_ALLOWED = {IMPLICIT: "i", ASSIGNMENT: "ia", EXPLICIT: "iae"}

POLYMORPHIC = {
    "anyelement": "",
    "anyarray": "",
    "anynonarray": "",
    "anyenum": "",
    "anyrange": "",
    "anymultirange": "",
    "anycompatible": "compatible",
    "anycompatiblearray": "compatible",
    "anycompatiblenonarray": "compatible",
    "anycompatiblerange": "compatible",
    "anycompatiblemultirange": "compatible",
}
"""The types that stand for any of their kind, and the family that must agree."""

_RANGES = {
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
    "daterange": "date",
    "tsrange": "timestamp",
    "tstzrange": "timestamptz",
}


def enum_type(fqdn: str) -> str:
    """The type of an enum of the database's own."""
    return f"enum {fqdn}"


def is_enum(name: str) -> bool:
    """Whether a type is an enum."""
    return name.startswith("enum ") and not name.endswith("[]")


def element_of(name: str) -> str | None:
    """The type of an array's elements; None where the type is no array."""
    if name.endswith("[]"):
        return name[:-2]
    return {"int2vector": "int2", "oidvector": "oid", "anyarray": "anyelement"}.get(name)


def array_of(name: str) -> str:
    """The array type of a type; PostgreSQL has one for all dimensions."""
    return name if name == OPAQUE or name.endswith("[]") else f"{name}[]"


def range_element(name: str) -> str | None:
    """What a range or multirange is of."""
    return _RANGES.get(name.replace("multirange", "range"))


def can_coerce(source: str, target: str, context: str = IMPLICIT) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    if source == target or OPAQUE in (source, target) or target == "any":
        return True
    if element_of(source) == OPAQUE and (element_of(target) or context == EXPLICIT):
        return True
    if source == UNKNOWN:
        return True
    if target in POLYMORPHIC:
        return _fits_polymorphic(source, target)
    if RECORD in (source, target):
        return context == EXPLICIT or source == target
    return _has_path(source, target, context)


def _fits_polymorphic(source: str, target: str) -> bool:
    if target.endswith("array") and "nonarray" not in target:
        return element_of(source) is not None
    if target.endswith("nonarray"):
        return element_of(source) is None
    if target.endswith("multirange"):
        return source.endswith("multirange")
    if target.endswith("range"):
        return range_element(source) is not None and not source.endswith("multirange")
    return target != "anyenum" or is_enum(source)


def _has_path(source: str, target: str, context: str) -> bool:
    known = system()
    cast = known.casts.get((source, target))
    if cast is not None:
        return cast[0] in _ALLOWED[context]
    element = element_of(source)
    # int2vector and oidvector become arrays, never the other way.
    if element and target.endswith("[]"):
        return can_coerce(element, target[:-2], context)
    # Through text: every type is assigned to a string type, and cast from one where asked for.
    if context != IMPLICIT and known.category(target) == "S":
        return True
    return context == EXPLICIT and known.category(source) == "S"


def common_type(types: Sequence[str]) -> str | None:
    """The type that values of several types all become, as in CASE or UNION; None if there is none.

    The choice of select_common_type: the first known one, unless a later one of its category is
    more general.
    """
    if OPAQUE in types:
        return OPAQUE
    chosen = types[0] if types else UNKNOWN
    if all(each == chosen for each in types) and chosen != UNKNOWN:
        return chosen
    known = system()
    for each in types[1:]:
        if each in (UNKNOWN, chosen):
            continue
        if chosen == UNKNOWN:
            chosen = each
        elif known.category(each) != known.category(chosen):
            return None
        elif (
            not known.is_preferred(chosen)
            and can_coerce(chosen, each)
            and not can_coerce(each, chosen)
        ):
            chosen = each
    if chosen == UNKNOWN:
        return "text"
    return chosen if all(can_coerce(each, chosen) for each in types) else None


def is_comparable(name: str, *, sorted_: bool) -> bool:
    """Whether values of a type can be told apart (grouped, made distinct), or even sorted."""
    if name in (OPAQUE, UNKNOWN, RECORD) or name in POLYMORPHIC:
        return True
    element = element_of(name)
    if element is not None:
        return is_comparable(element, sorted_=sorted_)
    known = system().types.get(name)
    if known is None or known.kind in ("e", "r", "m") or name in ("varchar", "regclass"):
        return True
    if known.is_sortable or (known.is_hashable and not sorted_):
        return True
    return any(
        method == "b" and context == IMPLICIT and is_comparable(target, sorted_=sorted_)
        for (source, target), (context, method) in system().casts.items()
        if source == name
    )


def bound_types(declared: Sequence[str], actual: Sequence[str]) -> dict[str, str] | None:
    """What the polymorphic types of a signature stand for in one call; None where they disagree.

    Returns:
        The element type of each family, by its name ("" and "compatible").
    """
    elements: dict[str, list[str]] = {}
    for wanted, given in zip(declared, actual, strict=False):
        family = POLYMORPHIC.get(wanted)
        if family is None:
            continue
        if given == UNKNOWN:
            elements.setdefault(family, [])
            continue
        elements.setdefault(family, []).append(_bound_element(wanted, given))
    bound: dict[str, str] = {}
    for family, types in elements.items():
        if not types:
            bound[family] = "text" if family else UNKNOWN
        elif family:
            found = common_type(types)
            if found is None:
                return None
            bound[family] = found
        else:
            distinct = {each for each in types if each != OPAQUE}
            if len(distinct) > 1:
                return None
            bound[family] = next(iter(distinct), OPAQUE)
    return bound


def _bound_element(wanted: str, given: str) -> str:
    if given == OPAQUE:
        return OPAQUE
    if wanted.endswith("array") and "nonarray" not in wanted:
        return element_of(given) or OPAQUE
    if wanted.endswith("range"):
        return range_element(given) or OPAQUE
    return given


def result_type(declared: str, bound: dict[str, str]) -> str:
    """What a signature's result is in a call whose polymorphic types are bound."""
    family = POLYMORPHIC.get(declared)
    if family is None:
        return declared
    element = bound.get(family, OPAQUE)
    if element in (OPAQUE, UNKNOWN):
        return OPAQUE
    if declared.endswith("array") and "nonarray" not in declared:
        return array_of(element)
    if declared.endswith("range"):
        ranges = (name for name, of in _RANGES.items() if of == element)
        found = next(ranges, OPAQUE)
        return found.replace("range", "multirange") if "multi" in declared else found
    return element


def all_coercible(given: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether each value fits its place."""
    return all(can_coerce(one, other) for one, other in zip(given, wanted, strict=True))
