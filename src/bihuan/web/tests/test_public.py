"""What everybody reads without an account, and what nobody does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.loop.models import Objection, PublicNotice
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text
from bihuan.web.tests.things import make_things

pytestmark = pytest.mark.django_db


@pytest.fixture
def noticed(world):
    return Story(world, procedure="feedback").publicised()


@pytest.fixture
def running(noticed):
    """The story's notice lies in the past; this one runs today."""
    today = timezone.localdate()
    PublicNotice.objects.filter(pk=noticed.notice.pk).update(
        starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=5)
    )
    return noticed.notice


def test_a_notice_is_found_from_the_start_page(anonymous, noticed):
    address = reverse("public-notice", args=[noticed.notice.pk])
    assert address in page_text(anonymous.get(reverse("public-home")))
    assert address in page_text(anonymous.get(reverse("public-notices")))
    shown = page_text(anonymous.get(address))
    assert "公示内容" in shown
    assert "0573-12369" in shown


def test_a_citizen_objects_while_the_notice_runs(anonymous, running):
    address = reverse("public-notice", args=[running.pk])
    sent = anonymous.post(address, {"content": "夜里还在排", "contact": "13800000000"})
    assert sent["Location"].endswith("sent=1")
    assert Objection.objects.get(notice=running).content == "夜里还在排"
    shown = page_text(anonymous.get(address))
    assert "夜里还在排" not in shown
    assert "13800000000" not in shown


def test_an_empty_objection_is_asked_for_its_words(anonymous, running):
    shown = page_text(
        anonymous.post(reverse("public-notice", args=[running.pk]), {"content": "", "contact": "甲"})
    )
    assert "field-error" in shown
    assert 'value="甲"' in shown
    assert not Objection.objects.exists()


def test_after_the_period_no_objection_is_taken(anonymous, noticed):
    address = reverse("public-notice", args=[noticed.notice.pk])
    assert "<textarea" not in page_text(anonymous.get(address))
    anonymous.post(address, {"content": "太晚了", "contact": ""})
    assert not Objection.objects.exists()


def test_a_withdrawn_notice_is_gone(anonymous, noticed):
    address = reverse("public-notice", args=[noticed.notice.pk])
    PublicNotice.objects.filter(pk=noticed.notice.pk).update(withdrawn=True)
    assert anonymous.get(address).status_code == 404
    assert "某河段直排污水" not in page_text(anonymous.get(reverse("public-notices")))


def test_a_board_looks_like_the_one_in_the_street(anonymous, noticed):
    address = reverse("public-board", args=[noticed.problem.pk])
    assert address in page_text(anonymous.get(reverse("public-boards")))
    shown = page_text(anonymous.get(address))
    for words in ("整改公示牌", "污水全部纳管", "海宁市住房和城乡建设局", "陈领导", "<svg"):
        assert words in shown


def test_what_is_not_published_is_not_there(anonymous, world):
    reported = Story(world)
    assert anonymous.get(reverse("public-board", args=[reported.problem.pk])).status_code == 404
    assert "某河段直排污水" not in page_text(anonymous.get(reverse("public-boards")))


def test_nothing_of_a_complainant_leaves_the_house(anonymous, world, settings, tmp_path):
    settings.MEDIA_ROOT = settings.BIHUAN_HOME = tmp_path
    make_things(world)
    for name in ("home", "notices", "boards", "petitions", "reports"):
        assert "来信人" not in page_text(anonymous.get(reverse(f"public-{name}")))


def test_pages_that_do_not_exist_fall_back(anonymous, world):
    for asked in ("0", "99999", "rubbish", "-1"):
        page_text(anonymous.get(reverse("public-petitions"), {"page": asked}))
        page_text(anonymous.get(reverse("public-notices"), {"page": asked}))


def test_the_public_site_speaks_english_too(anonymous, noticed):
    anonymous.post(reverse("language"), {"language": "en", "next": reverse("public-home")})
    shown = page_text(anonymous.get(reverse("public-home")))
    assert "整改公示" not in shown
