"""The same photo for two problems, or as before and after of one, is told to the acceptor – as a hint."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.tests.pictures import crop, scene, upload
from bihuan.kernel.ledger.models import Event
from bihuan.loop.actions import attach
from bihuan.loop.models import Likeness
from bihuan.loop.queries.likenesses import hints
from bihuan.loop.tests.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.fixture
def story(world):
    return Story(world).rectifying()


@pytest.fixture
def other(world):
    return Story(world).rectifying()


def show(story, image, side="after", quality=85):
    file = store(upload(image, quality), by=story.world.handler)
    return attach(story.problem, by=story.world.handler, file=file, side=side)


def kinds(attachment) -> list[tuple[str, int]]:
    return [(one.kind, one.other_id) for one in attachment.likenesses.all()]


def test_the_same_file_for_two_problems(story, other):
    first, second = show(story, scene(1)), show(other, scene(1))
    assert kinds(second) == [("same", first.pk)]
    assert kinds(first) == []


def test_a_copy_or_a_part_for_two_problems(story, other):
    first = show(story, scene(1))
    assert kinds(show(other, scene(1), quality=40)) == [("whole", first.pk)]
    assert (("part", first.pk)) in kinds(show(other, crop(scene(1), 0.08), side="before"))


def test_before_and_after_of_one_problem(story):
    before, after = show(story, scene(1), side="before"), show(story, scene(1), quality=40)
    assert kinds(after) == [("whole", before.pk)]


def test_the_same_side_of_one_problem_and_another_photo_are_no_matter(story, other):
    show(story, scene(1))
    assert kinds(show(story, scene(1), quality=40)) == []
    assert kinds(show(other, scene(2))) == []


def test_a_document_given_twice_is_no_photo(story, other):
    for one in (story, other):
        pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")
        file = store(pdf, by=one.world.handler)
        assert kinds(attach(one.problem, by=one.world.handler, file=file, side="record")) == []


def test_the_ledger_and_the_rule_are_kept(story, other):
    first, second = show(story, scene(1)), show(other, scene(1))
    event = Event.objects.filter(stream=other.problem.stream, kind="problem.attach").latest("pk")
    assert event.payload["alike"] == [f"{first.pk} same 0"]
    assert Likeness.objects.get(attachment=second).rule_version == "likeness-1"


def test_both_pages_show_the_hint_and_where_the_other_photo_is(story, other, as_user):
    show(story, scene(1))
    show(other, scene(1), quality=40)
    client = as_user(story.world.acceptor)
    for here, there in ((story, other), (other, story)):
        page = client.get(reverse("problem", args=[here.problem.pk])).content.decode()
        assert "photo-alike" in page
        assert reverse("problem", args=[there.problem.pk]) in page


def test_the_other_problem_stays_hidden_from_who_may_not_read_it(story, other, world):
    first = show(story, scene(1))
    second = show(other, scene(1), quality=40)
    other.problem.__class__.objects.filter(pk=other.problem.pk).update(jurisdiction_path="33/", parties=[])
    ((hint,),) = hints([first], world.handler).values()
    assert hint.problem is None
    assert not hint.may_show
    assert hint.other == second


def test_the_hidden_photo_is_not_on_the_page(story, other, as_user):
    show(story, scene(1))
    second = show(other, scene(1), quality=40)
    other.problem.__class__.objects.filter(pk=other.problem.pk).update(jurisdiction_path="33/", parties=[])
    page = as_user(story.world.handler).get(reverse("problem", args=[story.problem.pk])).content.decode()
    assert "photo-alike" in page
    assert second.file.sha256 not in page
    assert other.problem.number not in page


@pytest.mark.parametrize("event", ["pass_acceptance", "fail_acceptance"])
def test_the_acceptor_sees_both_photos_in_the_form(event, story, other, as_user, world):
    first = show(other, scene(1))
    show(story, scene(1), quality=40)
    story.self_checked()
    page = as_user(world.acceptor).get(reverse("problem-act", args=[story.problem.pk, event]))
    assert page.status_code == 200
    shown = page.content.decode()
    assert "alike-box" in shown
    assert f"/evidence/{first.file.sha256}/display/" in shown


def test_a_pair_of_one_problem_stands_in_the_form_once(story, as_user, world):
    before, after = show(story, scene(1), side="before"), show(story, scene(1), quality=40)
    story.self_checked()
    page = as_user(world.acceptor).get(reverse("problem-act", args=[story.problem.pk, "pass_acceptance"]))
    assert page.content.decode().count('class="alike-pair"') == 1
    assert {before.pk, after.pk} == {pk for pk in hints([before, after], world.acceptor)}


def test_a_form_without_likeness_has_no_box(story, as_user, world):
    show(story, scene(1))
    story.self_checked()
    page = as_user(world.acceptor).get(reverse("problem-act", args=[story.problem.pk, "pass_acceptance"]))
    assert "alike-box" not in page.content.decode()


def test_pages_ask_a_fixed_number_of_questions(story, other, world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert hints([], world.acceptor) == {}
    attachments = [show(story, scene(seed)) for seed in (1, 2, 3)]
    for seed in (1, 2, 3):
        show(other, scene(seed), quality=40)
    world.acceptor.posts.all()
    hints(attachments, world.acceptor)
    with django_assert_num_queries(2):
        assert len(hints(attachments, world.acceptor)) == 3
