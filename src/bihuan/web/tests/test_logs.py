"""What the log says, and above all what it does not."""

import io
import json
import logging
import sys

import psycopg
import pytest
from django.urls import reverse

from bihuan.kernel.errors import Refused
from bihuan.loop.tests.files import picture
from bihuan.loop.tests.story import Story
from bihuan.web.watch.logs import Formatter, line_of, user_id, words_of

NAME, PHONE, TEXT = "张三丰", "13800138000", "夜里闻到刺鼻气味"


def record(
    message: str, *arguments: object, name: str = "django.request", **extra: object
) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, None)
    made.__dict__ |= extra
    return made


def raised(error: BaseException) -> logging.LogRecord:
    made = record("failed")
    try:
        raise error
    except type(error):
        made.exc_info = sys.exc_info()
    return made


def test_a_line_is_json_with_fixed_fields():
    line = json.loads(Formatter().format(record("request", page="desk", status=200, ms=3.2, secret="no")))
    assert line | {"at": "", "process": 0} == {
        "at": "",
        "level": "error",
        "logger": "django.request",
        "event": "request",
        "process": 0,
        "page": "desk",
        "status": 200,
        "ms": 3.2,
    }


def test_what_is_filled_into_a_message_stays_out():
    assert line_of(record("Not Found: %s", f"/find/{NAME}/"))["event"] == "Not Found: %s"


def test_a_job_is_named_without_its_arguments():
    job = {"id": 7, "task_name": "deliver", "task_kwargs": {"to": NAME}, "call_string": f"deliver(to={NAME})"}
    line = line_of(
        record(f"Starting job deliver({NAME})", name="procrastinate.worker", action="start_job", job=job)
    )
    assert (line["event"], line["job"], line["task"]) == ("start_job", 7, "deliver")
    assert NAME not in json.dumps(line, ensure_ascii=False)
    assert line_of(record(NAME, name="procrastinate.worker"))["event"] == "queue"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(NAME), ""),
        (Refused(reason=NAME), ""),
        (KeyError(PHONE), ""),
        (OSError(28, "No space left on device", f"/tmp/{NAME}"), "No space left on device"),
        (OSError("a word of its own"), ""),
        (psycopg.OperationalError("connection refused"), "connection refused"),
        (psycopg.errors.lookup("53100")("no space"), "no space"),
        (psycopg.errors.lookup("23505")(f"Key (name)=({NAME}) already exists"), "23505"),
        (psycopg.errors.lookup("22P02")(f"invalid input: {NAME}"), "22P02"),
    ],
)
def test_an_exception_says_what_can_t_quote_a_person(error, said):
    assert words_of(error) == said
    line = line_of(raised(error))
    assert NAME not in json.dumps(line, ensure_ascii=False)
    (told,) = line["error"]
    assert told.get("said", "") == said
    assert any("test_logs.py" in frame for frame in told["at"])


def test_the_causes_behind_an_exception_are_told():
    outer = ValueError()
    outer.__cause__ = OSError(28, "full")
    assert [one["kind"] for one in line_of(raised(outer))["error"]] == [
        "builtins.ValueError",
        "builtins.OSError",
    ]


@pytest.fixture
def written():
    """Everything that any part of the program logs, down to the smallest detail, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    ours = logging.getLogger("bihuan")
    kept = ours.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    ours.setLevel(kept)


@pytest.fixture
def evidence(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def lines(written: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_has_a_number_and_a_user(world, as_user, anonymous, written):
    given = "a-number-from-the-proxy"
    answer = as_user(world.handler).get(reverse("desk"), HTTP_X_REQUEST_ID=given)
    assert answer.headers["X-Request-ID"] == given
    (line,) = [line for line in lines(written) if line["event"] == "request"]
    assert (line["request"], line["user"], line["page"], line["status"]) == (
        given,
        world.handler.pk,
        "desk",
        200,
    )
    assert user_id.get() is None
    strange = anonymous.get("/public/", HTTP_X_REQUEST_ID="<script>\n")
    assert len(strange.headers["X-Request-ID"]) == 32
    assert "user" not in lines(written)[-1]


@pytest.mark.django_db
def test_after_a_story_no_word_of_anybody_stands_in_the_log(
    world, as_user, anonymous, written, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    problem = Story(world).assigned().problem
    handler, officer = as_user(world.handler), as_user(world.city_officer)
    for client in (handler, officer):
        client.raise_request_exception = False
    form = {"title": TEXT, "place": f"{NAME}家旁", "jurisdiction": world.county.pk, "procedure": "patrol"}
    handler.post(
        reverse("problem-new"), form | {"description": f"{NAME} {PHONE}", "photo": picture("before")}
    )
    handler.get(reverse("find"), {"q": NAME})
    handler.get(f"/{NAME}/{PHONE}/")
    handler.get(reverse("problem", args=[problem.pk]))
    officer.post(reverse("petition-new"), {"content": TEXT, "complainant": NAME, "phone": PHONE})
    handler.post(reverse("petition-new"), {"content": TEXT})
    anonymous.post(reverse("login"), {"username": NAME, "password": PHONE})
    said = written.getvalue()
    assert len(lines(written)) >= 7
    people = [getattr(world, one).name for one in ("handler", "city_officer", "county_officer", "leader")]
    for word in (NAME, PHONE, TEXT, "bihuan-test", problem.title, *people):
        assert word not in said
        assert json.dumps(word).strip('"') not in said
