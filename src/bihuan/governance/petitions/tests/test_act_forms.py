"""Each act through its form: what goes in, what is refused beside the field."""

import pytest

from bihuan.governance.petitions.models import Finding, PetitionCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(take, row) -> PetitionCase:
    take([{**row, "verdict": None, "closure": None}])
    return PetitionCase.objects.get()


@pytest.fixture
def act(case, as_user, world):
    client = as_user(world.city_officer)

    def run(name: str, **said):
        url = f"/petitions/{case.pk}/{name}/"
        assert client.get(url).status_code == 200
        return client.post(url, said)

    return run


def test_the_acts_one_after_the_other(case, act, world) -> None:
    assert act("finding", finding="true", verification="喷漆房未密闭").status_code == 302
    assert act("handling", handling="concluded", rectification="已封闭").status_code == 302
    assert act("answer", text="已办结").status_code == 302
    assert act("attribution", parts="海宁市 1/2\n桐乡市 0.5\n\n", reason="跨界").status_code == 302
    fine = {"kind": "fine", "decided_on": "2020-09-10", "acts": 1, "persons": 0, "amount_yuan": "20000"}
    assert act("effect", **fine).status_code == 302
    assert act("strike-off", step="proposed", document_ref="嘉信访销1号").status_code == 302
    found = PetitionCase.objects.get()
    assert (found.finding, found.handling, found.strike_off) == ("true", "concluded", "proposed")
    assert (found.attributions.count(), found.effects.get().amount_yuan) == (2, 20000)


@pytest.mark.parametrize(
    ("parts", "words"),
    [("海宁市 1/3", "1/3"), ("火星县 1", "火星县"), ("海宁市 半", "半"), ("海宁市", "海宁市")],
)
def test_wrong_parts_are_named(act, parts, words) -> None:
    shown = act("attribution", parts=parts, reason="跨界")
    assert shown.status_code == 200
    assert words in shown.content.decode()


def test_a_refusal_stands_above_the_form_and_nothing_typed_is_lost(case, act) -> None:
    shown = act("strike-off", step="struck_off", document_ref="嘉信访销1号").content.decode()
    assert "只有已办结的信访件才能销号" in shown
    assert "嘉信访销1号" in shown
    assert PetitionCase.objects.get().finding == Finding.UNKNOWN


def test_a_case_from_elsewhere_offers_no_acts(take, row, as_user, world) -> None:
    take([{**row, "city": "绍兴市", "county": "越城区"}])
    case = PetitionCase.objects.get()
    client = as_user(world.city_officer)
    assert "我能做的" not in client.get(f"/petitions/{case.pk}/").content.decode()
    assert client.get(f"/petitions/{case.pk}/finding/").status_code == 404


def test_the_case_as_of_a_past_day_is_only_read(case, as_user, world) -> None:
    html = as_user(world.city_officer).get(f"/petitions/{case.pk}/?as_of=2020-09-05").content.decode()
    assert "我能做的" not in html
