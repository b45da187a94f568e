"""Vanna as a sink, whichever of its two interfaces an object has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from metadata_assets.errors import ConfigurationError
from metadata_assets.sinks.sink import Session
from metadata_assets.sinks.vanna_classic import ClassicSession, ClassicVanna
from metadata_assets.sinks.vanna_memory import AgentMemory, memory_session


@dataclass(frozen=True, slots=True)
class VannaSink:
    """A Vanna object, made when there is something to do.

    Attributes:
        name: Tells it from others.
        make: Returns a `VannaBase` or an `AgentMemory`.
    """

    name: str
    make: Callable[[], Any]

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """The object, through the interface it has.

        Raises:
            ConfigurationError: It has neither.
        """
        vanna = self.make()
        if isinstance(vanna, ClassicVanna):
            yield ClassicSession(self.name, vanna)
        elif isinstance(vanna, AgentMemory):
            with memory_session(self.name, vanna) as session:
                yield session
        else:
            raise ConfigurationError(
                f"{self.name} is a {type(vanna).__name__}: neither a VannaBase nor an AgentMemory",
                remedy="Name an object with train, get_training_data and remove_training_data, one "
                "with save_tool_usage and save_text_memory, or a function that returns one.",
            )
