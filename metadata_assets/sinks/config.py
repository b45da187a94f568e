"""How a source says where its records go: `sink`, in its `target_config`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings
from metadata_assets.sinks.foreign import load_object
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.jsonl import JsonlSink
from metadata_assets.sinks.sink import Sink
from metadata_assets.sinks.vanna import VannaSink

SINK = "sink"
"""The key of a `target_config` that says where training records are pushed to."""


_IMPORT_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _only_an_import_path(value: str) -> str:
    if not _IMPORT_PATH.fullmatch(value):
        raise ValueError("is an import path, `package.module:name`")
    return value


ImportPath = Annotated[str, AfterValidator(_only_an_import_path)]


class VannaConfig(_Strict):
    """A Vanna of your own."""

    type: Literal["vanna"]
    object: ImportPath = Field(
        description="Import path of a VannaBase, an AgentMemory, or what makes one."
    )

    def sink(self, settings: Settings, *, where: str) -> Sink:
        """The sink it describes."""
        allowed = settings.sink_objects
        return VannaSink(
            f"vanna:{self.object}",
            lambda: load_object(self.object, allowed=allowed, where=where),
        )


class JsonlConfig(_Strict):
    """A file."""

    type: Literal["jsonl"]
    path: str = Field(min_length=1, description="Relative paths start at the home folder.")

    def sink(self, settings: Settings, *, where: str) -> Sink:  # noqa: ARG002 - as its sibling
        """The sink it describes."""
        return JsonlSink(settings.home_path / Path(self.path).expanduser())


SINK_TYPES: Mapping[str, type[BaseModel]] = {"jsonl": JsonlConfig, "vanna": VannaConfig}
"""The model of each type of sink."""

SinkConfig = Annotated[VannaConfig | JsonlConfig, Field(discriminator="type")]

_CONFIG: TypeAdapter[VannaConfig | JsonlConfig] = TypeAdapter(SinkConfig)


def sink_of(source: str, target_config: Mapping[str, Any], settings: Settings) -> Sink | None:
    """The sink a source's `target_config` names; None where it names none. Opens nothing.

    Raises:
        ConfigurationError: What it says of the sink is wrong.
    """
    if target_config.get(SINK) is None:
        return None
    try:
        config = _CONFIG.validate_python(target_config[SINK])
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or SINK}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            f"the sink of its target_config is wrong: {problems}",
            where=source,
            remedy="Write `sink: {type: vanna, object: 'package.module:name'}` or "
            "`sink: {type: jsonl, path: …}`.",
        ) from None
    return config.sink(settings, where=source)


def open_index(
    source: str, target_config: Mapping[str, Any], lake: Lake, settings: Settings
) -> Index | None:
    """The index of a source; None where its `target_config` names no sink. Opens nothing.

    Raises:
        ConfigurationError: What it says of the sink is wrong.
    """
    sink = sink_of(source, target_config, settings)
    return None if sink is None else Index(lake, source, sink, settings.locks_path)
