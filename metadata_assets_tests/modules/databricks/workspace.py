"""A loopback Databricks workspace: the part of its Jobs and Queries APIs that a deployment uses.

As their documentation has it: an update replaces top-level fields, merges tasks by their key, and
removes the tasks it names; a job that is not there is a 400 that says so.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "dapi-hunter2"


@dataclass
class Workspace:
    """What the workspace holds, and what was asked of it."""

    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    refuses: bool = False

    def job(self) -> dict[str, Any]:
        """The settings of the only job."""
        (settings,) = self.jobs.values()
        return settings

    def tasks(self) -> dict[str, dict[str, Any]]:
        return {task["task_key"]: task for task in self.job()["tasks"]}

    def calls(self) -> list[str]:
        """What was asked that changes something."""
        return [f"{method} {path}" for method, path, _ in self.requests if method != "GET"]

    def answer(self, method: str, path: str, asked: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append((method, path, asked))
        if self.refuses:
            return _error(403, "PERMISSION_DENIED", f"no permission for {TOKEN}")
        jobs = re.fullmatch(r"/api/2\.[12]/jobs/(\w+)", path)
        if jobs:
            return self._of_jobs(jobs.group(1), asked)
        queries = re.fullmatch(r"/api/2\.0/sql/queries(?:/(.+))?", path)
        if queries:
            return self._of_queries(method, queries.group(1), asked)
        return _error(404, "ENDPOINT_NOT_FOUND", f"no API found for {method} {path}")

    def _of_jobs(self, verb: str, asked: dict[str, Any]) -> tuple[int, Any]:
        if verb == "create":
            job_id = 1000 + len(self.requests)
            self.jobs[job_id] = asked
            return 200, {"job_id": job_id}
        if verb == "list":
            found = [
                {"job_id": job_id, "settings": {k: v for k, v in job.items() if k != "tasks"}}
                for job_id, job in self.jobs.items()
                if job["name"] == asked.get("name")
            ]
            return 200, {"jobs": found}
        job_id = int(asked["job_id"])
        if job_id not in self.jobs:
            return _error(400, "INVALID_PARAMETER_VALUE", f"Job {job_id} does not exist.")
        if verb == "get":
            return 200, {"job_id": job_id, "settings": self.jobs[job_id]}
        assert verb == "update"
        job, new = self.jobs[job_id], asked["new_settings"]
        tasks = {task["task_key"]: task for task in job.get("tasks", ())}
        tasks |= {task["task_key"]: task for task in new.get("tasks", ())}
        for removed in asked.get("fields_to_remove", ()):
            del tasks[removed.removeprefix("tasks/")]
        self.jobs[job_id] = {**job, **new, "tasks": list(tasks.values())}
        return 200, {}

    def _of_queries(
        self, method: str, query_id: str | None, asked: dict[str, Any]
    ) -> tuple[int, Any]:
        if method == "POST":
            query_id = f"q{len(self.queries) + 1}"
            self.queries[query_id] = {"id": query_id, "lifecycle_state": "ACTIVE", **asked["query"]}
        if query_id not in self.queries:
            return _error(404, "RESOURCE_DOES_NOT_EXIST", f"query {query_id} does not exist")
        if method == "PATCH":
            self.queries[query_id] |= asked["query"]
        return 200, self.queries[query_id]


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, str]]:
    return status, {"error_code": code, "message": message}


@contextmanager
def serving() -> Iterator[Workspace]:
    """A workspace that listens on 127.0.0.1."""
    workspace = Workspace()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            url = urlsplit(self.path)
            asked: dict[str, Any] = {k: v[0] for k, v in parse_qs(url.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            if length:
                asked |= json.loads(self.rfile.read(length))
            status, answer = workspace.answer(self.command, url.path, asked)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    workspace.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield workspace
    finally:
        server.shutdown()
        server.server_close()
