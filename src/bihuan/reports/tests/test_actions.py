from datetime import date

import pytest
from django.db import DatabaseError, transaction

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.reports import actions, queries
from bihuan.reports.models import Report
from bihuan.reports.tests.conftest import AS_OF

pytestmark = pytest.mark.django_db


def generate(city, **changes):
    fields = {"by": city.world.city_officer, "jurisdiction": city.world.city, "as_of": AS_OF, **changes}
    return actions.generate("rectification", **fields)


def words(report):
    return "".join(
        part["text"]
        for chapter in report.content["chapters"]
        for paragraph in chapter["paragraphs"]
        for part in paragraph["segments"]
    )


def test_the_founding_figures_make_a_checked_report(city):
    report = generate(city)
    assert queries.refusals(report) == []
    assert report.state == Report.State.CHECKED
    assert report.title == "嘉兴市贯彻落实第二轮中央生态环境保护督察整改情况的报告"
    said = ("12项", "235件信访件已全部办结销号", "提前11个月", "9.26万个", "96万余个", "增长60%", "25%以上")
    for phrase in said:
        assert phrase in words(report)
    figures = queries.figures_of(report)
    assert figures["patrol_grids"]["records"] == 1
    assert len(figures["patrol_grids"]["record_keys"]) == 1
    assert figures["patrol_grids"]["source"] == "整改情况报告"


def test_the_annex_is_redacted(city):
    report = generate(city)
    assert len(report.content["annex"]) == 3
    assert report.content["annex"][0]["text"] == "某地块历史堆存污泥，举报人某某电话（电话略）。"


def test_same_day_and_records_give_the_same_content(city):
    first = generate(city).content_hash
    again = generate(city)
    assert again.content_hash == first
    assert Report.objects.count() == 1
    stored = Report.objects.get()
    from bihuan.reports.collect import content_hash

    assert content_hash(stored.content) == first


@pytest.mark.parametrize(
    ("figure", "value", "reason"),
    [
        ("feedback_common", "8", "Items by kind don't add up: 12 in all, but 3 specific + 8 common."),
        ("feedback_done", "7", "Items by state don't add up: 7 completed + 4 remaining, but 12 in all."),
        (
            "petition_struck_off",
            "234",
            "The report says that all petition cases are struck off (100 %), but it is 234 of 235.",
        ),
        (
            "feedback_behind",
            "1",
            "The report says that the 4 remaining items are on track, but 1 are behind their milestones.",
        ),
    ],
)
def test_a_disagreement_keeps_the_report_a_draft(city, settings, figure, value, reason):
    settings.LANGUAGE_CODE = "en"
    city.set(figure, value)
    from django.utils.translation import override

    with override("en"):
        report = generate(city)
        assert report.state == Report.State.DRAFT
        assert reason in queries.refusals(report)
        with pytest.raises(actions.ReportRefused) as refusal:
            actions.release(report, by=city.world.leader)
    assert reason in refusal.value.reasons
    assert reason in str(refusal.value)


def test_a_figure_moves_with_its_record(city):
    before = generate(city).content_hash
    city.set("water_clear_channels", "420")
    report = generate(city)
    assert report.content_hash != before
    assert "新建碧水河道420公里" in words(report)


def test_a_missing_recorded_figure_is_refused_by_its_name(city, without):
    without("patrol_grids")
    report = generate(city)
    assert queries.refusals(report) == ["指标“网格”在2023-01-20没有数值。"]
    assert "依托全市〔缺〕" in words(report)


def test_an_unknown_figure_in_the_offices_text_leaves_a_hole(city):
    texts = {"next_steps": "共{no_such}。"}
    report = actions.edit_texts(generate(city), by=city.world.city_officer, texts=texts)
    assert "共〔缺〕。" in words(report)
    assert queries.figures_of(report)["no_such"]["kind"] == "unknown"
    assert queries.refusals(report)


def test_the_annex_must_list_every_specific_item(city):
    city.annex.pop()
    assert len(queries.refusals(generate(city))) == 1


def test_without_the_claim_the_plain_number_is_stated(city):
    city.set("petition_struck_off", "234")
    report = generate(city, claims=["remaining_on_track"])
    assert report.state == Report.State.CHECKED
    assert "235件信访件中，已办结销号234件" in words(report)


def test_an_unknown_claim_is_refused(city):
    with pytest.raises(Refused):
        generate(city, claims=["everything_fine"])


@pytest.mark.parametrize("who", ["leader", "handler", "auditor", "clerk", "county_officer", "outsider"])
def test_who_may_not_generate(city, who):
    with pytest.raises(Forbidden):
        generate(city, by=getattr(city.world, who))


def test_a_second_person_releases_and_the_ledger_keeps_the_hash(city):
    report = generate(city)
    with pytest.raises(Refused):
        actions.release(report, by=city.world.city_officer)
    released = actions.release(report, by=city.world.leader)
    assert (released.state, released.released_by) == (Report.State.RELEASED, city.world.leader)
    event = Event.objects.get(stream=f"report:{report.pk}", kind="report.released")
    assert event.payload["content_hash"] == report.content_hash
    with pytest.raises(Refused):
        actions.release(report, by=city.world.leader)


def test_who_edits_is_no_second_person(city):
    second = User.objects.create_user("second", name="许市办", email="")
    Post.objects.create(user=second, role=Role.CITY_OFFICE, jurisdiction=city.world.city)
    report = actions.edit_texts(generate(city), by=second, texts={"next_steps": "继续整改。"})
    with pytest.raises(Refused):
        actions.release(report, by=second)
    assert actions.release(report, by=city.world.leader).state == Report.State.RELEASED


def test_a_report_of_the_system_needs_a_person_first(city):
    report = generate(city, by=None)
    with pytest.raises(Refused):
        actions.release(report, by=city.world.leader)
    assert generate(city).generated_by == city.world.city_officer


def test_records_that_moved_after_the_check_stop_the_release(city):
    report = generate(city)
    city.set("water_clear_channels", "420")
    with pytest.raises(Refused):
        actions.release(report, by=city.world.leader)


def test_a_released_report_comes_back_unchanged(city):
    report = actions.release(generate(city), by=city.world.leader)
    assert generate(city).pk == report.pk
    city.set("water_clear_channels", "420")
    newer = generate(city)
    assert newer.pk != report.pk
    assert newer.state == Report.State.CHECKED


@pytest.mark.parametrize(
    "change",
    [
        {"content_hash": "x"},
        {"title": "x"},
        {"content": {}},
        {"state": "draft"},
        {"as_of": date(2023, 1, 21)},
    ],
)
def test_the_database_refuses_a_change_after_release(city, change):
    report = actions.release(generate(city), by=city.world.leader)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).delete()


def test_a_released_report_can_only_be_withdrawn_with_a_reason(city):
    report = generate(city)
    with pytest.raises(Refused):
        actions.withdraw(report, by=city.world.leader, reason="数据有误")
    actions.release(report, by=city.world.leader)
    with pytest.raises(Refused):
        actions.withdraw(report, by=city.world.leader, reason=" ")
    gone = actions.withdraw(report, by=city.world.leader, reason="数据有误")
    assert (gone.state, gone.withdrawn_reason) == (Report.State.WITHDRAWN, "数据有误")
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state="released")


def test_broken_words_of_the_office_are_refused(city):
    with pytest.raises(Refused):
        actions.edit_texts(generate(city), by=city.world.city_officer, texts={"next_steps": "{"})


def test_the_offices_words_may_quote_a_figure(city):
    report = generate(city)
    edited = actions.edit_texts(
        report,
        by=city.world.city_officer,
        texts={"next_steps": "继续整改剩余{feedback_remaining}。"},
        issue_date=date(2023, 1, 31),
    )
    assert "继续整改剩余4项。" in words(edited)
    assert edited.issue_date == date(2023, 1, 31)
    assert "继续整改剩余4项。" in words(generate(city))
