"""Group robots against a local receiver that speaks like the three services."""

import base64
import hashlib
import hmac
import json
import logging
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions.deliver import TryAgain, deliver_one, deliver_together
from bihuan.kernel.notices.actions.robots import save_robot
from bihuan.kernel.notices.models import Robot
from bihuan.kernel.notices.rules.robots import SERVICES, RobotKind
from bihuan.kernel.notices.tests.conftest import ADDRESSES
from bihuan.kernel.outgoing.tests.receiver import receiving, say

pytestmark = pytest.mark.django_db
SECRET = "SECdeadbeef"


def digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def service(handler, body):
    """What the three services answer: whether the signature matches and the text isn't too long."""
    asked, said = urlsplit(handler.path), json.loads(body)
    if asked.path.startswith("/robot/"):
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        right = digest(SECRET, f"{query.get('timestamp')}\n{SECRET}")
        ok = query.get("sign") == right and said["msgtype"] == "text"
        answer = {"errcode": 0, "errmsg": "ok"} if ok else {"errcode": 310000, "errmsg": "sign not match"}
    elif asked.path.startswith("/cgi-bin/"):
        ok = len(said["text"]["content"].encode()) <= 2048
        answer = (
            {"errcode": 0, "errmsg": "ok"}
            if ok
            else {"errcode": 40058, "errmsg": "content exceed max length"}
        )
    else:
        right = digest(f"{said.get('timestamp')}\n{SECRET}", "")
        ok = said.get("sign") == right and said["msg_type"] == "text"
        answer = {"code": 0, "msg": "success"} if ok else {"code": 19021, "msg": "sign match fail"}
    say(handler, 200, json.dumps(answer).encode())


def text_of(body: bytes) -> str:
    said = json.loads(body)
    return said["text"]["content"] if "text" in said else said["content"]["text"]


@pytest.fixture
def after(settings):
    settings.BIHUAN_OUTSIDE_SECONDS = 10

    def read(row):
        row.refresh_from_db()
        return row.state, row.attempts, row.why

    return read


@pytest.mark.parametrize("kind", RobotKind)
def test_a_group_is_told_with_a_signature_that_matches(kind, world, robot, tell, at, after, settings):
    settings.BIHUAN_URL = "https://bihuan.example"
    with receiving(service) as receiver:
        robot(kind, origin=receiver.origin, secret="" if kind == "wecom" else SECRET)
        (row,) = tell(units=[world.bureau.pk])
        deliver_one(row.pk)
        deliver_one(row.pk)
    assert after(row) == ("sent", 1, "")
    assert [text_of(body) for _path, body in receiver.got] == ["通知 已到\nhttps://bihuan.example/desk/"]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_an_error_code_in_a_200_is_a_refusal(kind, world, robot, tell, at, after):
    with receiving(service) as receiver:
        robot(kind, origin=receiver.origin, secret="SECwrong")
        (row,) = tell(units=[world.bureau.pk])
        with pytest.raises(TryAgain):
            deliver_one(row.pk)
    assert after(row) == ("waiting", 1, "refused")
    assert "sign" in row.reason


def answers(status: int, body: bytes = b""):
    return lambda handler, _body: say(handler, status, body)


@pytest.mark.parametrize(
    ("answering", "state", "why"),
    [
        (answers(500), "waiting", "refused"),
        (answers(429), "waiting", "refused"),
        (answers(404), "failed", "refused"),
        (answers(302), "failed", "refused"),
        (answers(504), "doubtful", "unclear"),
        (answers(200, b"<html>"), "doubtful", "unclear"),
    ],
)
def test_other_answers(answering, state, why, world, robot, tell, at, after):
    with receiving(answering) as receiver:
        robot("wecom", origin=receiver.origin)
        (row,) = tell(units=[world.bureau.pk])
        try:
            deliver_one(row.pk)
        except TryAgain:
            assert state == "waiting"
        deliver_one(row.pk) if state != "waiting" else None
    assert after(row) == (state, 1, why)
    assert len(receiver.got) == 1


def test_no_answer_in_time_is_not_repeated_by_itself(world, robot, tell, at, after, settings):
    settings.BIHUAN_OUTSIDE_SECONDS = 0.3

    def silent(handler, body):
        receiver.stop.wait(20)

    with receiving(silent) as receiver:
        robot("wecom", origin=receiver.origin)
        (row,) = tell(units=[world.bureau.pk])
        deliver_one(row.pk)
        deliver_one(row.pk)
    assert after(row) == ("doubtful", 1, "no_answer")
    assert len(receiver.got) == 1


def test_a_slow_answer_is_waited_for(world, robot, tell, at, after):
    def slow(handler, body):
        receiver.stop.wait(0.5)
        service(handler, body)

    with receiving(slow) as receiver:
        robot("wecom", origin=receiver.origin)
        (row,) = tell(units=[world.bureau.pk])
        deliver_one(row.pk)
    assert after(row) == ("sent", 1, "")


def test_nobody_there_is_tried_until_the_pauses_are_used_up(world, robot, tell, at, after):
    with receiving(service) as receiver:
        pass
    robot("wecom", origin=receiver.origin)
    (row,) = tell(units=[world.bureau.pk])
    moments = []
    for _attempt in range(6):
        with pytest.raises(TryAgain) as later:
            deliver_one(row.pk)
        moments.append(later.value.at)
        at(later.value.at)
    deliver_one(row.pk)
    assert after(row) == ("failed", 7, "unreachable")
    minutes = [round((b - a).total_seconds() / 60) for a, b in pairwise(moments)]
    assert minutes == [5, 20, 60, 240, 720]


def test_a_digest_is_split_where_the_service_takes_no_more(world, robot, tell, at, after):
    with receiving(service) as receiver:
        made = robot("wecom", origin=receiver.origin, rhythm="digest", with_text=True)
        rows = [
            row
            for number in range(20)
            for row in tell(units=[world.bureau.pk], cause=f"thing#{number}", params={"word": "督" * 50})
        ]
        at(rows[0].send_after)
        deliver_together("wecom", recipient=None, robot=made.pk)
    assert {after(row)[0] for row in rows} == {"sent"}
    assert len(receiver.got) == 4
    assert sum(text_of(body).count("已到") for _path, body in receiver.got) == 20
    assert max(len(text_of(body).encode()) for _path, body in receiver.got) <= SERVICES["wecom"].limit


def test_the_text_leaves_the_house_only_where_that_was_chosen(world, robot, tell, at):
    with receiving(service) as receiver:
        made = robot("wecom", origin=receiver.origin)
        (first,) = tell(units=[world.bureau.pk])
        deliver_one(first.pk)
        made.with_text = True
        save_robot(made, by=world.city_officer)
        (second,) = tell(units=[world.bureau.pk], cause="thing#2")
        deliver_one(second.pk)
    assert ["请看" in text_of(body) for _path, body in receiver.got] == [False, True]


def test_an_address_that_is_no_longer_allowed_is_not_asked(world, robot, tell, at, after, settings):
    with receiving(service) as receiver:
        robot("wecom", origin=receiver.origin)
        settings.BIHUAN_OUTSIDE = ["https://robots.example"]
        (row,) = tell(units=[world.bureau.pk])
        deliver_one(row.pk)
    assert after(row) == ("failed", 1, "not_allowed")
    assert receiver.got == []


def test_a_secret_sealed_under_another_key_or_for_another_row_doesn_t_open(
    world, robot, tell, at, after, settings
):
    first = robot("dingtalk", secret=SECRET)
    second = robot("dingtalk", unit=world.second_bureau, secret=SECRET)
    Robot.objects.filter(pk=second.pk).update(sealed=first.sealed)
    (row,) = tell(units=[world.second_bureau.pk])
    deliver_one(row.pk)
    assert after(row) == ("failed", 1, "unsealed")
    settings.SECRET_KEY = "another key"
    (row,) = tell(units=[world.bureau.pk], cause="thing#2")
    deliver_one(row.pk)
    assert after(row) == ("failed", 1, "unsealed")


def test_the_secrets_stand_nowhere(world, robot, tell, at, caplog, as_user):
    """Neither in the row, the ledger, a log, a reason, a page, nor in what the service threw back."""
    token = ADDRESSES["dingtalk"].split("=")[1]

    def echo(handler, body):
        said = {"errcode": 300001, "errmsg": f"no robot {token} with {SECRET} at {handler.path}"}
        say(handler, 200, json.dumps(said).encode())

    caplog.set_level(logging.DEBUG)
    with receiving(echo) as receiver:
        made = robot("dingtalk", origin=receiver.origin, secret=SECRET)
        (row,) = tell(units=[world.bureau.pk])
        with pytest.raises(TryAgain):
            deliver_one(row.pk)
    row.refresh_from_db()
    office = as_user(world.city_officer)
    pages = [office.get(f"/inbox/robots/{made.pk}/{end}").content.decode() for end in ("", "edit/")]
    pages.append(office.get("/inbox/deliveries/").content.decode())
    events = [str(event.payload) + event.reason for event in Event.objects.all()]
    everywhere = [*pages, *events, row.reason, caplog.text, str(Robot.objects.filter(pk=made.pk).values())]
    assert [text for text in everywhere if token in text or SECRET in text] == []
    assert "300001 no robot *** with ***" in row.reason
