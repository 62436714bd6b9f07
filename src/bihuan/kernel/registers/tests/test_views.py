from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.kernel.figures.models import RecordedFigure
from bihuan.page_text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.registers.tests.urls")]


def get(client, name, *args, **asked):
    return client.get(reverse(f"toy-{name}", args=args), asked)


def exported(answer):
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def test_the_list_shows_what_the_reader_may_see(world, as_user, make):
    make("T-1")
    make("T-2", place=world.other_county)
    assert "T-2" in page_text(get(as_user(world.leader), "list"))
    county = page_text(get(as_user(world.county_officer), "list"))
    assert "T-1" in county
    assert "T-2" not in county
    assert "T-1" not in page_text(get(as_user(world.clerk), "list"))


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("name", ["list", "export", "import", "new"])
def test_strangers_are_asked_to_log_in(anonymous, name):
    assert get(anonymous, name).status_code == 302


def test_filters_search_sort_and_chips(world, as_user, make):
    make("T-1", value=5, author="甲")
    make("T-2", value=3, author="乙")
    make("T-3", value=4, author="乙")
    client = as_user(world.leader)
    found = page_text(get(client, "list", author="乙", sort="value"))
    assert found.index("T-2") < found.index("T-3")
    assert "T-1" not in found
    assert "说明: 乙方" in found
    assert "T-2" not in page_text(get(client, "list", q="T-1"))
    assert "T-1" in page_text(get(client, "list", sort="nothing", page="rubbish", author="\x00"))


def test_an_htmx_request_gets_the_results_alone(world, as_user, make):
    make("T-1")
    answer = as_user(world.leader).get(reverse("toy-list"), headers={"HX-Request": "true"})
    assert "T-1" in page_text(answer)
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_pages_lead_on_and_back(world, as_user, make):
    for at in range(51):
        make(f"T{at:02}")
    client = as_user(world.leader)
    first = get(client, "list", sort="document_ref")
    assert "T49" in page_text(first)
    assert "T50" not in page_text(first)
    address = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page_text(client.get(address))
    assert "T50" in second
    assert 'rel="prev"' in second


def test_a_past_day_is_said_to_be_unknown(world, as_user, make):
    make("T-1")
    assert "不能查看过去某天" in page_text(get(as_user(world.leader), "list", as_of="2022-01-01"))


def test_the_export_says_what_the_list_says(world, as_user, make):
    make("T-1", value=5, author="=1+1")
    make("T-2", value=3, author="乙")
    make("T-3", value=4, place=world.other_county)
    rows, sheet = exported(get(as_user(world.county_officer), "export", sort="-value"))
    assert rows[0] == ["编号", "说明", "数值", "日期", "县区", "状态"]
    assert [row[0] for row in rows[1:]] == ["T-1", "T-2"]
    assert rows[1][1:3] == ["=1+1", 5]
    assert sheet["B2"].data_type == "s"
    assert sheet.freeze_panes == "A2"
    narrowed, _sheet = exported(get(as_user(world.leader), "export", author="乙"))
    assert [row[0] for row in narrowed[1:]] == ["T-2"]


def test_a_records_page_has_facts_and_timeline(world, as_user, make):
    made = make("T-1", author="甲")
    page = page_text(get(as_user(world.county_officer), "detail", made.pk))
    assert "T-1" in page
    assert reverse("toy-edit", args=[made.pk]) in page
    assert get(as_user(world.outsider), "detail", made.pk).status_code == 404
    assert reverse("toy-edit", args=[made.pk]) not in page_text(get(as_user(world.leader), "detail", made.pk))


def test_a_form_makes_and_changes_records(world, as_user, make):
    made = make("T-1")
    client = as_user(world.county_officer)
    fields = {
        "jurisdiction": world.county.pk,
        "value": "7",
        "as_of": "2022-01-01",
        "document_ref": "T-7",
        "author": "甲",
    }
    assert client.post(reverse("toy-new"), fields).status_code == 302
    assert RecordedFigure.objects.get(document_ref="T-7").recorded_by == world.county_officer
    assert (
        client.post(reverse("toy-edit", args=[made.pk]), {**fields, "document_ref": "T-8"}).status_code == 302
    )
    assert RecordedFigure.objects.get(pk=made.pk).document_ref == "T-8"
    refused = client.post(reverse("toy-new"), {**fields, "value": "", "author": "保留"})
    assert "保留" in page_text(refused)
    assert "请填写数字或文字" in page_text(refused)


def test_forms_are_for_those_who_may_write(world, as_user, make):
    made = make("T-1")
    for who in (world.leader, world.handler, world.clerk):
        assert get(as_user(who), "new").status_code == 403
        assert get(as_user(who), "edit", made.pk).status_code == 403
    assert get(as_user(world.outsider), "edit", made.pk).status_code == 404


def test_a_figure_lists_its_records_through_the_register(world, as_user, make):
    make("T-1")
    page = page_text(
        as_user(world.leader).get(reverse("figure", args=["toy.count"]), {"as_of": "2023-01-20"})
    )
    assert 'data-register="toy"' in page
    assert "T-1" in page
