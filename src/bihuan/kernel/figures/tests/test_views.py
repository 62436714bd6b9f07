from datetime import date

import pytest
from django.urls import reverse

from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.models import RecordedFigure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toys")]


@pytest.fixture
def rank(request, world):
    request.getfixturevalue("toys")
    return record_figure(
        "toy.rank",
        by=None,
        jurisdiction=world.city,
        value=3,
        as_of=date(2022, 12, 31),
        document_ref="浙督察〔2022〕3号",
        author="省督察办",
    )


def page(client, name, *args, **asked):
    return client.get(reverse(name, args=args), asked)


@pytest.mark.usefixtures("rank")
def test_the_list_groups_figures_and_links_each(world, as_user):
    text = page(as_user(world.leader), "figure-list", as_of="2023-01-20").content.decode()
    assert "玩具" in text
    assert "单位数" in text
    assert "/figures/toy.units/?as_of=2023-01-20" in text


def test_strangers_are_asked_to_log_in(anonymous):
    for answer in (
        page(anonymous, "figure-list"),
        page(anonymous, "figure", "toy.units"),
        page(anonymous, "figure-record", "toy.rank"),
    ):
        assert answer.status_code == 302


def test_a_figure_shows_definition_value_and_records(world, as_user):
    text = page(as_user(world.leader), "figure", "toy.units").content.decode()
    assert "范围内的单位。" in text
    assert world.bureau.name in text or str(world.bureau) in text


@pytest.mark.usefixtures("rank")
def test_a_recorded_figure_shows_all_statements(world, as_user):
    text = page(as_user(world.city_officer), "figure", "toy.rank", as_of="2023-01-20").content.decode()
    assert "浙督察〔2022〕3号" in text
    assert "省督察办" in text
    assert reverse("figure-record", args=["toy.rank"]) in text
    earlier = page(as_user(world.leader), "figure", "toy.rank", as_of="2022-01-20").content.decode()
    assert "浙督察〔2022〕3号" not in earlier
    assert reverse("figure-record", args=["toy.rank"]) not in earlier


def test_rubbish_in_the_address_falls_back(world, as_user):
    client = as_user(world.leader)
    assert page(client, "figure-list", as_of="yesterday", scope="\x00nowhere").status_code == 200
    assert page(client, "figure", "nothing.here").status_code == 404
    assert page(as_user(world.city_officer), "figure-record", "toy.units").status_code == 404


def test_a_county_office_sees_its_county(world, as_user):
    answer = page(as_user(world.county_officer), "figure", "toy.units")
    assert world.county.name in answer.content.decode()


def test_an_office_records_through_the_form(world, as_user):
    client = as_user(world.city_officer)
    address = reverse("figure-record", args=["toy.rank"])
    assert client.get(address).status_code == 200
    fields = {
        "jurisdiction": world.city.pk,
        "value": "2",
        "as_of": "2023-06-30",
        "document_ref": "嘉政发〔2023〕9号",
        "author": "市政府",
    }
    answer = client.post(address, fields)
    assert answer.status_code == 302
    assert RecordedFigure.objects.get().said == 2
    kept = client.post(address, {**fields, "value": "", "author": "保留此名"})
    assert kept.status_code == 200
    assert "保留此名" in kept.content.decode()
    assert client.post(address, {**fields, "as_of": "2999-01-01"}).status_code == 200
    assert RecordedFigure.objects.count() == 1


@pytest.mark.parametrize("who", ["handler", "leader", "clerk"])
def test_others_may_not_open_the_form(world, as_user, who):
    assert page(as_user(getattr(world, who)), "figure-record", "toy.rank").status_code == 403
