"""A form that is sent twice does its work once."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.people.models import User
from bihuan.loop.models import Problem
from bihuan.page_text import page_text
from bihuan.web import once
from bihuan.web.models import Submission
from bihuan.web.tests.elsewhere import elsewhere

TOKEN = re.compile(r'name="once" value="(\w+)"')


def finding(world, **more):
    made = {"title": "河边堆土", "jurisdiction": world.county.pk, "place": "运河边", "procedure": "patrol"}
    return made | {"once": uuid4().hex} | more


@pytest.fixture
def client(world, as_user):
    return as_user(world.handler)


def test_each_form_has_a_token_of_its_own(client):
    address = reverse("problem-new")
    first, second = (set(TOKEN.findall(client.get(address).content.decode())) for _ in range(2))
    assert first
    assert not first & second
    assert "once" in page_text(client.get(address))


def test_the_second_sending_leads_to_the_first_one_s_work(client, world):
    form = finding(world)
    first = client.post(reverse("problem-new"), form)
    again = client.post(reverse("problem-new"), form)
    assert Problem.objects.count() == 1
    assert first["Location"] == again["Location"] == reverse("problem", args=[Problem.objects.get().pk])
    assert "没有重复办理" in page_text(client.get(again["Location"]))


def test_other_content_is_another_form(client, world):
    form = finding(world)
    client.post(reverse("problem-new"), form)
    client.post(reverse("problem-new"), form | {"title": "另一处"})
    client.post(reverse("problem-new"), form | {"once": uuid4().hex})
    client.post(reverse("problem-new"), {name: value for name, value in form.items() if name != "once"})
    assert Problem.objects.count() == 4


def test_somebody_else_s_token_is_somebody_else_s(client, world, as_user):
    form = finding(world)
    client.post(reverse("problem-new"), form)
    as_user(world.grid_worker).post(reverse("problem-new"), form)
    assert Problem.objects.count() == 2


def test_a_form_that_came_back_may_be_sent_again(client, world):
    form = finding(world, title="")
    assert client.post(reverse("problem-new"), form).status_code == 200
    assert not Submission.objects.exists()


def test_a_failed_sending_leaves_no_trace(client, world, monkeypatch):
    def report_then_fail(form):
        Problem.objects.get(pk=form_perform(form).pk)
        raise ZeroDivisionError

    from bihuan.loop.forms import ReportForm

    form_perform = ReportForm.perform
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(ReportForm, "perform", report_then_fail)
        form = finding(world)
        assert client.post(reverse("problem-new"), form).status_code == 500
    assert not Problem.objects.exists()
    assert client.post(reverse("problem-new"), form).status_code == 302
    assert Problem.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "fields"), [("language", {"language": "en"}), ("as-of", {"as_of": "2022-03-01"})]
)
def test_what_changes_no_record_is_not_counted(client, name, fields):
    client.post(reverse(name), fields | {"once": uuid4().hex})
    assert not Submission.objects.exists()


def test_rubbish_and_unknown_addresses_are_not_counted(client, world):
    client.post("/no/such/page/", {"once": uuid4().hex})
    client.post(reverse("problem-new"), finding(world, once="rubbish"))
    assert not Submission.objects.exists()
    assert Problem.objects.count() == 1


def test_what_is_old_is_forgotten(client, world):
    client.post(reverse("problem-new"), finding(world))
    assert once.forget_old() == 0
    Submission.objects.update(at=timezone.now() - once.KEPT - timedelta(seconds=1))
    assert once.forget_old() == 1


def test_two_at_the_same_moment_are_one(django_db_setup, django_db_blocker, tmp_path):
    """In threads of their own, each with its connection: a double click that reaches two processes."""
    with django_db_blocker.unblock(), elsewhere(tmp_path / "home", base_world=True):
        user, answers = User.objects.get(username="handler"), []
        county = user.posts.first().unit.jurisdiction
        form = finding(type("World", (), {"county": county}))
        clients = [Client() for _ in range(6)]
        for one in clients:
            one.force_login(user)

        def send(one: Client) -> None:
            answers.append(one.post(reverse("problem-new"), form)["Location"])
            connection.close()

        threads = [threading.Thread(target=send, args=[one]) for one in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Problem.objects.count() == 1
        assert len(answers) == 6
        assert len(set(answers)) == 1
