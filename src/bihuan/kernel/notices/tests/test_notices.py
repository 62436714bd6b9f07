import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.kernel.notices.actions import mark_read, notify
from bihuan.kernel.notices.models import Notice
from bihuan.kernel.notices.queries import unread_count
from bihuan.kernel.notices.templates import label_of

pytestmark = pytest.mark.django_db


def say(*people, cause: str = "thing#1") -> None:
    notify(people, cause=cause, template="test.said", params={"word": "通知"}, url="/desk/")


def jobs() -> list[str]:
    found = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [job.task_name.rsplit(".", 1)[-1] for job in found]


def test_once_per_person_and_cause(world) -> None:
    say(world.handler, world.acceptor)
    say(world.handler)
    say(world.handler, cause="thing#2")
    assert Notice.objects.count() == 3
    assert unread_count(world.handler) == 2


def test_message_and_job_share_the_fate_of_what_caused_them(world) -> None:
    """One transaction: a failed act tells nobody, and no crash after the commit can lose the message."""
    with transaction.atomic():
        say(world.handler)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert jobs() == []
    say(world.handler)
    assert jobs() == ["dispatch"]


def test_nobody_to_tell_is_no_work(world) -> None:
    say()
    assert jobs() == []


def test_the_inbox_shows_and_opens_only_one_s_own(world, as_user, anonymous) -> None:
    say(world.handler)
    notice = Notice.objects.get()
    mine, other = as_user(world.handler), as_user(world.acceptor)
    assert "通知 已到" in mine.get("/inbox/").content.decode()
    assert "通知 已到" not in other.get("/inbox/").content.decode()
    assert other.get(f"/inbox/{notice.pk}/").status_code == 404
    assert anonymous.get("/inbox/").status_code == 302
    assert mine.get(f"/inbox/{notice.pk}/")["Location"] == "/desk/"
    assert unread_count(world.handler) == 0


def test_all_are_read_at_once(world, as_user) -> None:
    say(world.handler)
    as_user(world.handler).post("/inbox/read/")
    assert unread_count(world.handler) == 0
    assert mark_read(world.handler) == 0


def test_the_pages_beside_the_inbox_are_shown_to_those_who_may(world, as_user) -> None:
    assert "/inbox/robots/" in as_user(world.city_officer).get("/inbox/").content.decode()
    assert "/inbox/robots/" not in as_user(world.handler).get("/inbox/").content.decode()
    assert "/inbox/preferences/" in as_user(world.handler).get("/inbox/").content.decode()


def test_a_kind_is_named_by_its_title() -> None:
    assert label_of("test.said") == "… 已到"
    assert label_of("nobody.registers.this") == "nobody.registers.this"


def test_a_message_names_its_reader_and_cause(world, robot) -> None:
    notify([world.handler], cause="thing#1", template="test.said", params={"word": "x"}, units=[None])
    assert str(Notice.objects.get()) == "郑承办 thing#1"
