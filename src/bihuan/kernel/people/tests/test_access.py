"""Who may do what, where; who sees what."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from bihuan.kernel.errors import Forbidden
from bihuan.kernel.people import access
from bihuan.kernel.people.models import Post
from bihuan.kernel.people.permissions import Role, grant, roles_with
from bihuan.kernel.people.queries import holders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def _permission() -> None:
    grant("test.act", [Role.COUNTY_OFFICE, Role.RESPONSIBLE_UNIT])


@pytest.mark.parametrize(
    ("who", "place", "allowed"),
    [
        ("county_officer", "county", True),
        ("county_officer", "town", True),
        ("county_officer", "other_county", False),
        ("county_officer", "city", False),
        ("outsider", "county", False),
        ("auditor", "county", False),
        ("handler", "county", False),
    ],
)
def test_a_post_counts_over_its_place_and_below(world, who, place, allowed) -> None:
    post = access.post_for(getattr(world, who), "test.act", path=getattr(world, place).path)
    assert (post is not None) == allowed


def test_a_post_counts_in_its_unit(world) -> None:
    assert access.post_for(world.handler, "test.act", units=[world.bureau.pk])
    assert not access.post_for(world.handler, "test.act", units=[world.other_bureau.pk, None])


def test_any_post_will_do_when_nothing_is_asked(world) -> None:
    assert access.post_for(world.handler, "test.act")
    assert not access.post_for(AnonymousUser(), "test.act")


def test_a_refusal_names_the_permission(world) -> None:
    with pytest.raises(Forbidden, match=r"test\.act"):
        access.require(world.auditor, "test.act")
    assert access.require(world.handler, "test.act").role == Role.RESPONSIBLE_UNIT


def test_a_post_of_the_past_counts_no_more(world) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(user=world.handler).update(valid_to=yesterday)
    assert not access.post_for(world.handler, "test.act")
    assert access.party_tokens(world.handler) == [access.user_token(world.handler.pk)]


def test_only_reading_roles_reach_over_a_place(world) -> None:
    assert access.reach_of(world.auditor) == [world.city.path]
    assert access.reach_of(world.grid_worker) == []
    assert access.party_tokens(AnonymousUser()) == []


def test_the_ledger_s_name_of_a_user(world) -> None:
    assert access.actor_of(world.leader).role == Role.LEADER
    assert access.actor_of(None).id == "system"


def test_holders_of_a_permission_over_a_place_or_in_a_unit(world) -> None:
    today = timezone.localdate()
    over = holders("test.act", path=world.town.path, on=today)
    inside = holders("test.act", units=[world.bureau.pk], on=today)
    assert list(over) == [world.county_officer]
    assert list(inside) == [world.handler]
    assert not holders("test.act", path=world.town.path, on=date(1990, 1, 1)).exists()


def test_an_unknown_permission_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        roles_with("nobody.defined.this")
