"""Pages of rounds and items: what each shows, what a form refuses, who may not."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
ROUND = {
    "name": "第三轮督察",
    "level": "central",
    "kind": "routine",
    "ordinal": "3",
    "on_site_from": "2024-05-07",
    "on_site_to": "2024-06-07",
    "feedback_on": "2024-10-10",
    "plan_rule_id": "superior_plan_45",
}
ITEM = {
    "text": "部分河道返黑返臭:管网雨污混接。",
    "nature": "specific",
    "level": "major",
    "time_limit": "date",
    "deadline": "2025-12-31",
}


def test_the_rounds_stand_with_their_four_counts(world, as_user, inspected, item):
    item()
    item("农业面源污染。", "common")
    shown = page_text(as_user(world.leader).get(reverse("inspections")))
    assert inspected.name in shown
    assert "达到序时进度" in shown
    assert "新建督察" not in shown
    assert "新建督察" in page_text(as_user(world.city_officer).get(reverse("inspections")))


def test_a_round_shows_its_plan_clock_and_its_items(world, as_user, inspected, item):
    taken = item()
    shown = page_text(as_user(world.city_officer).get(reverse("round", args=[inspected.pk])))
    assert taken.title in shown
    assert "superior_plan" in shown
    assert "2022-03-18" in shown


def test_a_round_is_opened_in_the_browser(world, as_user):
    answer = as_user(world.city_officer).post(reverse("round-open"), {**ROUND, "inspected": world.city.pk})
    opened = Round.objects.get(name="第三轮督察")
    assert answer["Location"] == reverse("round", args=[opened.pk])
    assert str(opened.due_on) == "2024-12-11"


def test_a_round_that_ends_before_it_begins_is_refused_and_keeps_what_was_typed(world, as_user):
    said = {**ROUND, "inspected": world.city.pk, "on_site_to": "2024-05-01"}
    shown = page_text(as_user(world.city_officer).post(reverse("round-open"), said))
    assert "2024-05-07" in shown
    assert "第三轮督察" in shown
    assert "field-error" in shown
    assert not Round.objects.exists()


def test_a_second_round_of_the_same_name_is_refused_in_words(world, as_user, inspected):
    said = {**ROUND, "name": inspected.name, "inspected": world.city.pk}
    shown = page_text(as_user(world.city_officer).post(reverse("round-open"), said))
    assert "form-error" in shown
    assert Round.objects.count() == 1


def test_the_day_of_the_feedback_starts_the_clock_once(world, as_user):
    client = as_user(world.city_officer)
    client.post(reverse("round-open"), {**ROUND, "inspected": world.city.pk, "feedback_on": ""})
    opened = Round.objects.get()
    assert opened.due_on is None
    url = reverse("round-feedback", args=[opened.pk])
    said = {"feedback_on": "2024-10-10", "plan_rule_id": "superior_plan_45"}
    assert client.post(url, said).status_code == 302
    opened.refresh_from_db()
    assert str(opened.due_on) == "2024-12-11"
    assert "form-error" in page_text(client.post(url, said))


def test_the_plan_of_a_round_is_sent_once_under_a_number(world, as_user, inspected):
    url, client = reverse("round-plan", args=[inspected.pk]), as_user(world.city_officer)
    assert "field-error" in page_text(client.post(url, {"document_ref": ""}))
    assert client.post(url, {"document_ref": "嘉委〔2022〕1号"}).status_code == 302
    inspected.refresh_from_db()
    assert inspected.stopped_at is not None
    assert "form-error" in page_text(client.post(url, {"document_ref": "嘉委〔2022〕2号"}))


def test_an_item_is_taken_in_and_registered(world, as_user, inspected):
    url = reverse("feedback-item-new", args=[inspected.pk])
    answer = as_user(world.city_officer).post(url, {**ITEM, "jurisdiction": world.county.pk})
    taken = FeedbackItem.objects.get()
    assert answer["Location"] == reverse("feedback-item", args=[taken.pk])
    assert (taken.title, taken.problem.state) == ("部分河道返黑返臭", "registered")


def test_a_date_and_no_date_at_once_are_refused(world, as_user, inspected):
    said = {**ITEM, "jurisdiction": world.county.pk, "time_limit": "long_term"}
    shown = page_text(
        as_user(world.city_officer).post(reverse("feedback-item-new", args=[inspected.pk]), said)
    )
    assert "field-error" in shown
    assert "部分河道返黑返臭" in shown
    assert not FeedbackItem.objects.exists()


def test_an_item_shows_its_text_and_what_the_source_printed(world, as_user, item):
    taken = item(printed={"status": "written_off", "goal": "清运"}, flags=("missing_deadline",))
    shown = page_text(as_user(world.county_officer).get(reverse("feedback-item", args=[taken.pk])))
    assert taken.original_text in shown
    assert "清运" in shown
    hidden = as_user(world.outsider).get(reverse("feedback-item", args=[taken.pk]))
    assert hidden.status_code == 404


def test_an_item_hangs_under_its_superior_s_and_not_under_itself(world, as_user, item):
    above, below = item("省级问题。"), item("本县的部分。", parent_reference="省 7")
    url, client = reverse("feedback-item-parent", args=[below.pk]), as_user(world.city_officer)
    assert client.post(url, {"parent": above.pk, "reason": "同一问题"}).status_code == 302
    below.refresh_from_db()
    assert below.parent_item == above
    back = client.post(reverse("feedback-item-parent", args=[above.pk]), {"parent": below.pk})
    assert "form-error" in page_text(back)


def test_what_is_fanned_out_is_counted_once(world, as_user, inspected, item):
    above = item("省级问题。", jurisdiction=world.city)
    item("本县的部分。", parent=above)
    shown = as_user(world.leader).get(reverse("round", args=[inspected.pk]))
    assert shown.context is None or shown.context["summary"].counts.total == 1


def test_the_annex_lists_the_specific_problems_on_page_and_sheet(world, as_user, inspected, item):
    taken = item(goal="=1+1")
    item("农业面源污染。", "common")
    client = as_user(world.leader)
    shown = page_text(client.get(reverse("annex", args=[inspected.pk])))
    assert taken.original_text in shown
    assert "农业面源污染" not in shown
    sheet = load_workbook(BytesIO(client.get(reverse("annex-xlsx", args=[inspected.pk])).content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["序号", "反馈问题", "整改目标"]
    assert [row[1] for row in rows[1:]] == [taken.original_text]
    assert rows[1][2] == "=1+1"
    assert sheet["C2"].data_type == "s"


def test_an_annex_without_specific_problems_says_so(world, as_user, inspected):
    assert "没有具体问题" in page_text(as_user(world.leader).get(reverse("annex", args=[inspected.pk])))


def test_the_list_of_items_filters_by_round_and_status(world, as_user, inspected, item):
    item()
    client = as_user(world.city_officer)
    listed = reverse("feedback-items-list")
    assert "某地块历史堆存污泥" in page_text(client.get(listed, {"round": inspected.pk}))
    assert "某地块历史堆存污泥" in page_text(client.get(listed, {"nature": "specific"}))
    assert "某地块历史堆存污泥" not in page_text(client.get(listed, {"nature": "common"}))
    assert "某地块历史堆存污泥" not in page_text(as_user(world.outsider).get(listed))


def test_the_import_page_previews_before_it_takes_in(world, as_user, tmp_path):
    head = "序号,反馈问题原文,问题类型,行政区域,整改时限"
    sheet = "\n".join([head, "1,某地块堆放污泥,具体问题,海宁市,2022-11-30", "2,,具体问题,海宁市,", ""])
    client = as_user(world.city_officer)
    sent = client.post(
        reverse("feedback-items-import"), {"file": SimpleUploadedFile("list.csv", sheet.encode())}
    )
    preview = page_text(client.get(sent["Location"]))
    assert "反馈问题原文" in preview
    assert not FeedbackItem.objects.exists()
    assert "反馈问题原文" in page_text(client.get(f"{sent['Location']}refused.csv"))
    page_text(client.post(sent["Location"]))
    assert FeedbackItem.objects.get().title == "某地块堆放污泥"
