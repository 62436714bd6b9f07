"""The bulk acts of the petition register."""

import pytest
from django.urls import reverse

from bihuan.governance.petitions.models import PetitionCase
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(take, row):
    numbers = ("X2ZJ202009040007", "X2ZJ202009040008", "X2ZJ202009040009")
    for at, number in enumerate(numbers):
        closure = "已办结" if at < 2 else "未办结"
        assert not take([{**row, "record_id": number, "petition_no": number, "closure": closure}]).refused
    return list(PetitionCase.objects.order_by("number_printed"))


def post(client, act, cases, **said):
    rows = ",".join(str(case.pk) for case in cases)
    return page_text(client.post(reverse("petitions-bulk", args=[act]), {"rows": rows, **said}))


def test_many_concluded_cases_take_a_step_together(cases, world, as_user):
    client, said = as_user(world.city_officer), {"step": "proposed", "document_ref": "嘉环督〔2023〕1号"}
    previewed = post(client, "strike-off", cases, **said)
    assert "2 条可以办理" in previewed
    assert "1 条不能办理" in previewed
    assert not PetitionCase.objects.exclude(strike_off="none").exists()
    seen, ready = (previewed.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "ready"))
    assert "已办 2 条，未办 1 条" in post(client, "strike-off", cases, seen=seen, ready=ready, go="1", **said)
    assert PetitionCase.objects.filter(strike_off="proposed").count() == 2


def test_a_case_without_a_problem_reminds_nobody(cases, world, as_user):
    PetitionCase.objects.filter(pk=cases[0].pk).update(problem=None)
    shown = post(as_user(world.city_officer), "remind", cases[:1])
    assert "0 条可以办理" in shown or "不能办理" in shown


def test_the_evidence_of_cases_is_that_of_their_problems(cases, world, as_user):
    client = as_user(world.city_officer)
    page = page_text(client.get(reverse("petitions-bulk", args=["evidence"]), {"row": cases[0].pk}))
    assert "尚无证据" in page
