"""One line of JSON for each thing that happened, with who asked as a number and no word of what was said.

A log is read by people who may not read the records. So a line holds the fields named here and nothing else:
of a message its fixed part without the values filled in, of an exception its kind and where it was raised,
and its words only where they can't quote a record.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import psycopg
from pythonjsonlogger.core import BaseJsonFormatter

FIELDS = ("page", "method", "status", "ms", "task", "job")
FRAMES = 12
# Classes of SQLSTATE whose messages speak of the server, not of a row: connection, transaction state,
# resources, operator's doings, system errors (PostgreSQL's manual, appendix A).
ABOUT_THE_SERVER = ("08", "25", "40", "53", "54", "55", "57", "58")

request_id: ContextVar[str] = ContextVar("request_id", default="")
user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


class Formatter(BaseJsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(line_of(record), ensure_ascii=False)


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    """What of a record enters the log."""
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event_of(record),
        "process": record.process,
    }
    line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
    line |= _job_of(record)
    if (asked := request_id.get()) and "request" not in line:
        line["request"] = asked
    if (who := user_id.get()) is not None:
        line["user"] = who
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = list(errors_of(record.exc_info[1]))
    return line


def event_of(record: logging.LogRecord) -> str:
    """The message's fixed part; the queue spells a job's arguments in its own, so there the action stands."""
    action = getattr(record, "action", None)
    if record.name.startswith("procrastinate"):
        return str(action or "queue")
    return str(record.msg)


def errors_of(error: BaseException) -> Iterator[dict[str, Any]]:
    """The exception and those behind it, the outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)[-FRAMES:]
        kind = f"{type(seen).__module__}.{type(seen).__qualname__}"
        at = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        said = words_of(seen)
        yield {"kind": kind, "at": at} | ({"said": said} if said else {})
        seen = seen.__cause__ or seen.__context__


def words_of(error: BaseException) -> str:
    """The exception's own words where they can't quote what a person wrote; else what names the place."""
    if isinstance(error, psycopg.Error):
        state = error.sqlstate or ""
        if not state or state.startswith(ABOUT_THE_SERVER):
            return str(error)
        places = (state, error.diag.table_name, error.diag.constraint_name)
        return " ".join(place for place in places if place)
    if isinstance(error, OSError):
        return error.strerror or ""
    return ""


def _job_of(record: logging.LogRecord) -> dict[str, Any]:
    """A job's number and task; its arguments stay in the database."""
    job = getattr(record, "job", None)
    if not isinstance(job, dict):
        return {}
    return {"job": job.get("id"), "task": job.get("task_name")}
