"""Things of another county, unit or enterprise: not there by address, by number, or through another thing."""

from typing import Any

import pytest
from django.urls import reverse

from bihuan.base_world import LONG_AGO
from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.loop.models import SourceRecord
from bihuan.loop.tests.story import Story
from bihuan.oversight.enterprises.actions.records import save_enterprise
from bihuan.oversight.enterprises.models import Enterprise
from bihuan.page_text import page_text
from bihuan.web.access import PAGES, Page
from bihuan.web.tests.attacks import scene

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # a walk through all pages judges none


@pytest.fixture
def place(world, settings, tmp_path) -> scene.Scene:
    return scene.set_up(world, settings, tmp_path)


@pytest.fixture
def foreigners(world) -> dict[str, User]:
    """Somebody of another county's office, of another unit next door, and of another enterprise."""
    unit = Unit.objects.create(name="海宁市水利局", kind="department", jurisdiction=world.county)
    firm = Unit.objects.create(name="海宁另一印染厂", kind="enterprise", jurisdiction=world.county)
    made = {"outsider": world.outsider}
    for name, role, held_in in (
        ("neighbour", Role.RESPONSIBLE_UNIT, unit),
        ("other_clerk", Role.ENTERPRISE_CLERK, firm),
    ):
        made[name] = User.objects.create(username=name, name=name)
        Post.objects.create(user=made[name], role=role, unit=held_in, valid_from=LONG_AGO)
    return made


def hidden_pages() -> list[Page]:
    """What the table hides from the other county's office is hidden from other units and enterprises too."""
    return [page for page in PAGES if page.things and "outsider" not in (*page.may, *page.sees)]


def test_the_addresses_of_others_things_lead_nowhere(place, foreigners, as_user):
    """The answer is that of a thing that doesn't exist: 404, or 403 to who may do such a thing nowhere."""
    found, asked = [], 0
    for user in foreigners.values():
        client = as_user(user)
        for page in hidden_pages():
            there, nothing = (reverse(page.name, args=args) for args in _arguments(page, place.things))
            for ask in (client.get, client.post):
                asked += 1
                answer = ask(there).status_code
                if answer not in (403, 404, 405) or answer != ask(nothing).status_code:
                    found.append((str(user), there, answer))
    print(f"{len(hidden_pages())} addresses, {asked} questions")
    assert found == []
    assert len(hidden_pages()) > 20


def _arguments(page: Page, things: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """What the address names, and the same with the number or key of a record that isn't there."""
    real = [things[name] for name in page.things]
    at = next(place for place, one in enumerate(real) if isinstance(one, int) or len(one) > 20)
    missing = 2_000_000_000 if isinstance(real[at], int) else "0" * len(real[at])
    return real, [*real[:at], missing, *real[at + 1 :]]


def test_rows_of_others_are_left_out_of_what_is_done_to_many(place, foreigners, as_user):
    client = as_user(foreigners["outsider"])
    url = reverse("problems-bulk", args=["remind"])
    shown = page_text(client.post(url, {"rows": str(place.things["problem"]), "text": ""}))
    assert "某河段直排污水" not in shown
    assert "某河段直排污水" in page_text(
        place.client("city_officer").post(url, {"rows": str(place.things["problem"]), "text": ""})
    )


def test_a_part_of_one_thing_is_not_reached_through_another(place, world, as_user):
    """The reader may see both things, but the part belongs to the other."""
    other = Story(world).problem
    where = SourceRecord.where(other.jurisdiction)
    source = SourceRecord.objects.create(**where, kind="report", number="S-2", problem=other, title="x")
    firm = Enterprise(name="海宁另一印染厂", uscc="", registered_on=LONG_AGO)
    save_enterprise(firm, by=None, jurisdiction=world.town)
    things = place.things
    crossed = (
        ("city_officer", "source-answer", things["problem"], source.pk),
        ("city_officer", "enterprise-record", firm.pk, "outlet", things["outlet"]),
        ("city_officer", "enterprise-record-end", firm.pk, "limit", things["limit"]),
        ("administrator", "account-post-end", world.leader.pk, things["post"]),
    )
    for user, name, *args in crossed:
        client = place.client(user)
        for answer in (client.get(reverse(name, args=args)), client.post(reverse(name, args=args))):
            assert answer.status_code == 404, name
