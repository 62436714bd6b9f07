"""Marking a period and the exchange about the mark, in the browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.oversight.enterprises.actions.records import share_parties
from bihuan.oversight.monitoring.models import DataMark

pytestmark = pytest.mark.django_db
SAID = {
    "label": "monitor:maintenance",
    "start": "2026-11-02T08:00",
    "end": "2026-11-02T10:00",
    "reason": "更换试剂",
}


@pytest.fixture(autouse=True)
def own_people(plant, settings, tmp_path):
    """The enterprise's clerk is a party to its outlets."""
    share_parties(plant.enterprise)
    plant.chimney.refresh_from_db()
    settings.MEDIA_ROOT = settings.BIHUAN_HOME = tmp_path


@pytest.fixture
def mark_as(plant, as_user):
    def post(user, **said):
        return as_user(user).post(reverse("data-mark-new", args=[plant.chimney.pk]), {**SAID, **said})

    return post


@pytest.fixture
def mark(mark_as, world):
    mark_as(world.clerk)
    return DataMark.objects.get()


@pytest.fixture
def say(mark, as_user):
    def post(user, act, text=""):
        return as_user(user).post(reverse("data-mark-act", args=[mark.pk, act]), {"text": text})

    return post


def test_the_enterprise_marks_its_own_with_evidence(mark_as, plant, world, as_user):
    paper = SimpleUploadedFile("运维记录.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    answer = mark_as(world.clerk, evidence=paper)
    mark = DataMark.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("data-mark", args=[mark.pk]))
    file = mark.evidence.get()
    for user, expected in ((world.county_officer, 200), (world.outsider, 404)):
        assert as_user(user).get(reverse("evidence-file", args=[file.sha256])).status_code == expected


def test_the_form_offers_the_labels_of_the_trade(plant, world, as_user):
    text = as_user(world.clerk).get(reverse("data-mark-new", args=[plant.chimney.pk])).text
    assert "日常维护" in text
    assert "烘炉" not in text


def test_what_makes_no_sense_is_refused_beside_the_form(mark_as, world):
    assert "标记的结束时间必须晚于开始时间" in mark_as(world.clerk, end="2026-11-02T07:00").text
    assert mark_as(world.clerk, label="condition:dry_out").status_code == 200
    assert mark_as(world.clerk, reason="").status_code == 200
    assert not DataMark.objects.exists()


def test_a_mark_is_asked_about_answered_and_taken_as_true(say, mark, world, as_user):
    assert say(world.county_officer, "question", "请附记录").status_code == 302
    assert say(world.clerk, "answer", "已补").status_code == 302
    assert say(world.county_officer, "accept").status_code == 302
    text = as_user(world.clerk).get(reverse("data-mark", args=[mark.pk])).text
    assert [word for word in ("请附记录", "已补", "已认定", "标记被质询") if word not in text] == []


def test_a_mark_not_taken_as_true_is_over(say, mark, world, as_user):
    say(world.county_officer, "refuse", "与运维记录不符")
    assert "已失效" in as_user(world.clerk).get(reverse("data-mark", args=[mark.pk])).text
    again = say(world.county_officer, "accept")
    assert again.status_code == 200
    mark.refresh_from_db()
    assert mark.standing == "refused"


def test_each_side_gets_its_own_acts(mark, world, as_user):
    def acts(user):
        text = as_user(user).get(reverse("data-mark", args=[mark.pk])).text
        return [
            act for act in ("accept", "question", "refuse", "answer", "withdraw")
            if reverse("data-mark-act", args=[mark.pk, act]) in text
        ]  # fmt: skip

    assert acts(world.clerk) == ["withdraw"]
    assert acts(world.county_officer) == ["accept", "question", "refuse", "withdraw"]
    assert acts(world.leader) == []


def test_who_may_not_is_refused(say, mark_as, mark, world):
    assert say(world.clerk, "refuse", "不").status_code == 403
    assert say(world.leader, "accept").status_code == 403
    assert say(world.outsider, "refuse", "不").status_code == 404
    assert say(world.county_officer, "dance").status_code == 404
    assert mark_as(world.leader).status_code == 403


def test_the_register_lists_marks_by_standing(mark, world, as_user):
    client = as_user(world.county_officer)
    listed = client.get(reverse("data-marks-list"), {"standing": "stated"}).text
    assert reverse("data-mark", args=[mark.pk]) in listed
    assert (
        reverse("data-mark", args=[mark.pk])
        not in client.get(reverse("data-marks-list"), {"standing": "refused"}).text
    )
