"""Vanna 2's `AgentMemory`: questions as uses of the tool `run_sql`, the rest as text memories."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

from metadata_assets.sinks.foreign import told_as_ours
from metadata_assets.sinks.sink import TEXT, Entry, Lesson

TOOL = "run_sql"
"""The name under which Vanna's own tool for queries looks for what worked before."""

_ALL = 1_000_000
"""More memories than a list is ever asked for: the interface has no way to ask for all."""

T = TypeVar("T")


@runtime_checkable
class AgentMemory(Protocol):
    """The part of Vanna's abstract class that is used."""

    async def save_tool_usage(
        self, question: str, tool_name: str, args: dict[str, Any], context: Any
    ) -> None:
        """Save a question and the query that answers it; tells no id."""
        ...

    async def save_text_memory(self, content: str, context: Any) -> Any:
        """Save a text; returns a `TextMemory`."""
        ...

    async def get_recent_memories(self, context: Any, limit: int) -> Any:
        """The tool uses, newest first."""
        ...

    async def get_recent_text_memories(self, context: Any, limit: int) -> Any:
        """The texts, newest first."""
        ...

    async def delete_by_id(self, context: Any, memory_id: str) -> bool:
        """Delete a tool use."""
        ...

    async def delete_text_memory(self, context: Any, memory_id: str) -> bool:
        """Delete a text."""
        ...


@dataclass(frozen=True, slots=True)
class MemorySession:
    """An `AgentMemory`, opened.

    Attributes:
        name: What to call it in messages.
        memory: The object.
        context: Who asks, for every method.
        loop: Runs its coroutines.
    """

    name: str
    memory: AgentMemory
    context: Any
    loop: asyncio.AbstractEventLoop

    def entries(self) -> Sequence[Entry]:
        """Every tool use of `run_sql` and every text."""
        uses = self._done(self.memory.get_recent_memories(self.context, _ALL), "at listing")
        texts = self._done(self.memory.get_recent_text_memories(self.context, _ALL), "at listing")
        return [
            *(
                Entry(str(use.memory_id), "sql", use.question or None, str(use.args.get("sql", "")))
                for use in uses
                if use.tool_name == TOOL
            ),
            *(Entry(str(text.memory_id), TEXT, None, text.content) for text in texts),
        ]

    def train(self, lesson: Lesson) -> str | None:
        """Save one thing."""
        doing = f"at saving the {lesson.kind} of {lesson.source_id}"
        if lesson.kind == "sql":
            use = {"sql": lesson.content}
            question = lesson.question or ""
            self._done(self.memory.save_tool_usage(question, TOOL, use, self.context), doing)
            return None
        saved = self._done(self.memory.save_text_memory(lesson.content, self.context), doing)
        return None if saved.memory_id is None else str(saved.memory_id)

    def remove(self, external_id: str, kind: str) -> None:
        """Delete one thing."""
        delete = self.memory.delete_by_id if kind == "sql" else self.memory.delete_text_memory
        self._done(delete(self.context, external_id), f"at deleting {external_id}")

    def _done(self, work: Coroutine[Any, Any, T], doing: str) -> T:
        with told_as_ours(self.name, doing):
            return self.loop.run_until_complete(work)


@contextmanager
def memory_session(name: str, memory: AgentMemory) -> Iterator[MemorySession]:
    """Open an `AgentMemory`, on an event loop of its own.

    Args:
        name: What to call it in messages.
        memory: The object.
    """
    with told_as_ours(name, "at its start"):
        context = _context(memory)
    with closing(asyncio.new_event_loop()) as loop:
        yield MemorySession(name, memory, context, loop)


def _context(memory: AgentMemory) -> Any:
    """What every method wants to know of the user; memories are scoped by it in some stores."""
    from vanna.core.tool import ToolContext
    from vanna.core.user import User

    return ToolContext(
        user=User(id="metadata-assets"),
        conversation_id="metadata-assets",
        request_id="metadata-assets",
        agent_memory=memory,
    )
