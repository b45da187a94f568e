"""Which function of the system catalog a call means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.coercion import (
    EXPLICIT,
    bound_types,
    can_coerce,
    result_type,
)
from metadata_assets.schema.semantics.postgres.resolution import applicable, best
from metadata_assets.schema.semantics.postgres.system import (
    OPAQUE,
    RECORD,
    UNKNOWN,
    Function,
    system,
)
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.problems import nearest


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of a call: its type, and its name where it is given one."""

    type: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call, as far as it decides which function is meant."""

    name: str
    given: tuple[Given, ...]
    is_variadic: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a call means.

    Attributes:
        kind: f, a or w.
        arguments: The type each given value becomes.
        result: The type of what is returned.
        columns: The names and types of the row that is returned, if it is one.
    """

    kind: str
    arguments: tuple[str, ...]
    result: str
    returns_set: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    aggregate_kind: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no function is meant."""

    code: str
    message: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    function: Function
    arguments: tuple[str, ...]


@lru_cache(maxsize=1 << 12)
def resolve(call: Call) -> Found | Failure:
    """The function a call means, or why there is none."""
    types = tuple(each.type for each in call.given)
    named = system().functions.get(call.name, ())
    candidates = [
        _Candidate(function, arguments)
        for function in named
        for arguments in [_taken(function, call)]
        if arguments is not None
    ]
    exact = next((each for each in candidates if each.arguments == types), None)
    if exact is not None:
        return _found(exact, types)
    cast = _as_cast(call, types)
    if cast is not None:
        return cast
    fitting = _without_hidden(applicable(candidates, types))
    if not fitting:
        return _failure(call, types, bool(named))
    chosen = fitting[0] if len(fitting) == 1 else best(fitting, types)
    if chosen is None:
        message = f"function {_signature(call.name, types)} is not unique"
        return Failure(codes.TYPES, message)
    found = _found(chosen, types)
    if OPAQUE in types and len({each.function.result for each in fitting}) > 1:
        return Found(found.kind, (), OPAQUE, found.returns_set, (), found.aggregate_kind)
    return found


def _taken(function: Function, call: Call) -> tuple[str, ...] | None:
    """The types a function would take for the values given; None where their number is wrong."""
    positional = [each for each in call.given if each.name is None]
    count, declared = len(call.given), function.arguments
    if len(positional) < count:
        return _taken_by_name(function, call, len(positional))
    if function.variadic is not None and not call.is_variadic and count >= len(declared):
        return (*declared[:-1], *[function.variadic] * (count - len(declared) + 1))
    if len(declared) - function.defaults <= count <= len(declared):
        return declared[:count]
    return None


def _taken_by_name(function: Function, call: Call, positional: int) -> tuple[str, ...] | None:
    places = list(range(positional))
    for each in call.given[positional:]:
        if each.name is None or each.name not in function.names:
            return None
        places.append(function.names.index(each.name))
    missing = set(range(len(function.arguments))) - set(places)
    required = len(function.arguments) - function.defaults
    if len(set(places)) < len(places) or any(place < required for place in missing):
        return None
    if max(places) >= len(function.arguments):
        return None
    return tuple(function.arguments[place] for place in places)


def _without_hidden(candidates: list[_Candidate]) -> list[_Candidate]:
    """Leave out what takes the same types by a variadic argument as another without one."""
    plain = {each.arguments for each in candidates if each.function.variadic is None}
    return [
        each for each in candidates if each.function.variadic is None or each.arguments not in plain
    ]


def _as_cast(call: Call, types: tuple[str, ...]) -> Found | None:
    """A call by the name of a type is a cast, unless it takes a function to make it."""
    if len(types) != 1 or call.name not in system().types or call.given[0].name:
        return None
    source = types[0]
    method = system().casts.get((source, call.name), ("", ""))[1]
    if source in (UNKNOWN, OPAQUE) or method == "b":
        return Found("f", (call.name,), call.name)
    if not method and source != RECORD and can_coerce(source, call.name, EXPLICIT):
        return Found("f", (call.name,), call.name)
    return None


def _found(candidate: _Candidate, types: tuple[str, ...]) -> Found:
    function = candidate.function
    bound = bound_types(candidate.arguments, types) or {}
    return Found(
        kind=function.kind,
        arguments=tuple(result_type(each, bound) for each in candidate.arguments),
        result=result_type(function.result, bound),
        returns_set=function.returns_set,
        columns=tuple((name, result_type(kind, bound)) for name, kind in function.columns),
        aggregate_kind=function.aggregate_kind,
    )


def _failure(call: Call, types: tuple[str, ...], is_known: bool) -> Failure | Found:
    if OPAQUE in types and not is_known:
        # It may belong to the extension that the type belongs to.
        return Found("f", (), OPAQUE)
    message = f"function {_signature(call.name, types)} does not exist"
    if is_known:
        return Failure(codes.TYPES, message)
    return Failure(codes.UNKNOWN_FUNCTION, message, nearest(call.name, system().functions))


def _signature(name: str, types: tuple[str, ...]) -> str:
    return f"{name}({', '.join(spelled(each) for each in types)})"
