"""The versions of a source's catalog that the lake still holds, and how to name one.

A version is what one publishing left: it is named by its data version, by when it was published, or
by its distance from the latest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import groupby

from metadata_assets.catalog.model import CATALOG_TABLES, Catalog
from metadata_assets.catalog.store import DATA_VERSION, SOURCE_KEY, load_catalog_at
from metadata_assets.errors import ConfigurationError, VersionGone
from metadata_assets.lake import Lake

LATEST = "latest"
PREVIOUS = "latest~1"

_RELATIVE = re.compile(r"latest(?:~(\d+))?")
_HASH = re.compile(r"[0-9a-f]{4,64}")
_SHOWN = 5
_FORMS = (
    "Name one by `latest`, `latest~1`, the start of its data version, "
    "or a time such as 2026-03-01T12:00"
)


@dataclass(frozen=True, slots=True)
class CatalogVersion:
    """One version of a source's catalog.

    Attributes:
        data_version: Its hash: equal catalogs have equal ones.
        published_at: When it was published.
        lake_versions: By name, the version of each lake table that holds a part of it.
    """

    data_version: str
    published_at: datetime
    lake_versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Commit:
    at: int
    data_version: str
    part: str
    lake_version: int


def catalog_versions(lake: Lake, source: str) -> list[CatalogVersion]:
    """Every version of a source's catalog that the lake knows of, oldest first."""
    histories = {part.name: lake.history(part) for part in CATALOG_TABLES}
    commits = sorted(
        (
            _Commit(commit["timestamp"], commit[DATA_VERSION], part, commit["version"])
            for part, history in histories.items()
            for commit in history
            if commit.get(SOURCE_KEY) == source and DATA_VERSION in commit
        ),
        key=lambda commit: commit.at,
    )
    versions: list[CatalogVersion] = []
    # What the log no longer tells of was there before: a part starts at its oldest known version.
    parts = {part: history[-1]["version"] for part, history in histories.items() if history}
    # The parts of one publishing are commits of their own, one after the other.
    for data_version, group in groupby(commits, key=lambda commit: commit.data_version):
        published = list(group)
        parts = parts | {commit.part: commit.lake_version for commit in published}
        moment = datetime.fromtimestamp(published[-1].at / 1000, timezone.utc)
        versions.append(CatalogVersion(data_version, moment, parts))
    return versions


def named_version(versions: Sequence[CatalogVersion], name: str, *, source: str) -> CatalogVersion:
    """The version that a name stands for.

    Args:
        versions: Those there are, oldest first.
        name: `latest`, `latest~N`, the start of a data version, or an ISO time (UTC where it does
            not say): the version that was the latest then.
        source: Whose they are, for the message.

    Raises:
        ConfigurationError: There is no such version; shows some there are.
    """
    found = _found(versions, name.strip(), source)
    if found is None:
        last = ", ".join(
            f"{version.data_version[:12]} ({version.published_at:%Y-%m-%dT%H:%M:%SZ})"
            for version in versions[-_SHOWN:]
        )
        known = f"The last ones: {last}" if last else "It was never synced"
        raise ConfigurationError(
            f"the lake holds no version {name!r} of its catalog",
            where=source,
            remedy=f"{_FORMS}. {known}.",
        )
    return found


def load_version(lake: Lake, source: str, version: CatalogVersion) -> Catalog:
    """The catalog of a source as it was.

    Raises:
        ConfigurationError: The lake no longer holds its rows.
    """
    try:
        return load_catalog_at(lake, source, version.lake_versions)
    except VersionGone as error:
        raise ConfigurationError(
            f"the version {version.data_version[:12]} of "
            f"{version.published_at:%Y-%m-%dT%H:%M:%SZ} was cleaned out of the lake",
            where=source,
            remedy="Compare with a later one; `metadata-assets diff --versions` lists them.",
        ) from error


def _found(versions: Sequence[CatalogVersion], name: str, source: str) -> CatalogVersion | None:
    relative = _RELATIVE.fullmatch(name)
    if relative is not None:
        back = int(relative.group(1) or 0)
        return versions[-1 - back] if back < len(versions) else None
    if _HASH.fullmatch(name):
        hits = [version for version in versions if version.data_version.startswith(name)]
        if len({version.data_version for version in hits}) > 1:
            raise ConfigurationError(
                f"several versions begin with {name!r}", where=source, remedy="Write more of it."
            )
        if hits:
            return hits[-1]
    moment = _moment(name)
    earlier = [v for v in versions if moment is not None and v.published_at <= moment]
    return earlier[-1] if earlier else None


def _moment(name: str) -> datetime | None:
    try:
        # Python 3.10 does not know the Z.
        moment = datetime.fromisoformat(name.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
