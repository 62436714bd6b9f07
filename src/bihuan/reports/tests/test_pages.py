"""A report from its first draft to the public page, in the browser's own requests."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.reports import word
from bihuan.reports.models import Report, ReportTemplate
from bihuan.reports.queries import refusals
from bihuan.reports.tests.conftest import AS_OF
from bihuan.reports.tests.test_actions import generate

pytestmark = pytest.mark.django_db


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def office(city, as_user):
    return as_user(city.world.city_officer)


@pytest.fixture
def leader(city, as_user):
    return as_user(city.world.leader)


def released(city, leader):
    report = generate(city)
    assert leader.post(reverse("report-release", args=[report.pk]), {"read": "on"}).status_code == 302
    report.refresh_from_db()
    return report


def test_a_report_is_made_in_the_browser_and_its_figures_open(city, office):
    said = {"kind": "rectification", "jurisdiction": city.world.city.pk, "as_of": AS_OF.isoformat()}
    answer = office.post(reverse("report-new"), said)
    assert answer.status_code == 302
    shown = text(office.get(answer["Location"]))
    assert "235" in shown
    assert f"{reverse('figure', args=['petition_total'])}?as_of=2023-01-20" in shown


def test_a_day_to_come_is_refused_and_what_was_typed_stays(city, office):
    said = {"kind": "rectification", "jurisdiction": city.world.city.pk, "as_of": "2999-01-01"}
    shown = text(office.post(reverse("report-new"), said))
    assert "2999-01-01" in shown
    assert "field-error" in shown
    assert not Report.objects.exists()


def test_refusals_are_told_in_chinese_and_hold_the_word_file_back(city, office, leader):
    city.set("feedback_specific", "4")
    report = generate(city)
    shown = text(office.get(reverse("report", args=[report.pk])))
    assert all(reason in shown for reason in refusals(report))
    assert any("具体4" in reason for reason in refusals(report))
    assert office.get(reverse("report-docx", args=[report.pk])).status_code == 409
    held = leader.post(reverse("report-release", args=[report.pk]), {"read": "on"})
    assert "form-error" in text(held)
    report.refresh_from_db()
    assert report.state == Report.State.DRAFT


def test_a_draft_is_brought_up_to_date_and_then_passes(city, office):
    city.set("feedback_specific", "4")
    report = generate(city)
    city.set("feedback_specific", "3")
    office.post(reverse("report-refresh", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == Report.State.CHECKED


def test_the_office_writes_its_next_steps(city, office):
    report = generate(city)
    url = reverse("report-edit", args=[report.pk])
    said = {"next_steps": "剩余{feedback_remaining}项持续推进。", "issue_date": "2023-01-21"}
    assert office.post(url, said).status_code == 302
    shown = text(office.get(reverse("report", args=[report.pk])))
    assert "持续推进" in shown
    assert "2023年1月21日" in shown
    assert "field-error" in text(office.post(url, {**said, "issue_date": "不是日期"}))


def test_who_made_it_can_not_release_it(city, office, leader):
    report = generate(city)
    own = office.post(reverse("report-release", args=[report.pk]), {"read": "on"})
    assert "form-error" in text(own)
    assert "field-error" in text(leader.post(reverse("report-release", args=[report.pk]), {"read": ""}))
    report.refresh_from_db()
    assert report.state == Report.State.CHECKED
    leader.post(reverse("report-release", args=[report.pk]), {"read": "on"})
    report.refresh_from_db()
    assert (report.state, report.released_by) == (Report.State.RELEASED, city.world.leader)


def test_a_released_report_stays_as_it_was_and_is_public(city, leader, anonymous):
    report = released(city, leader)
    city.set("petition_total", "240")
    public = text(anonymous.get(reverse("public-report", args=[report.pk])))
    assert "235" in public
    assert "240件" not in public
    assert "/figures/" not in public
    assert report.title in text(anonymous.get(reverse("public-reports")))


def test_a_withdrawn_report_leaves_the_public_site_with_its_reason_kept(city, leader, office, anonymous):
    report = released(city, leader)
    url = reverse("report-withdraw", args=[report.pk])
    assert "field-error" in text(leader.post(url, {"reason": ""}))
    assert leader.post(url, {"reason": "数据有误"}).status_code == 302
    assert anonymous.get(reverse("public-report", args=[report.pk])).status_code == 404
    assert anonymous.get(reverse("public-report-docx", args=[report.pk])).status_code == 404
    assert "数据有误" in text(office.get(reverse("report", args=[report.pk])))


def test_a_draft_is_no_business_of_the_public(city, anonymous, as_user):
    report = generate(city)
    assert anonymous.get(reverse("public-report", args=[report.pk])).status_code == 404
    assert as_user(city.world.county_officer).get(reverse("report", args=[report.pk])).status_code == 404


def test_the_word_file_has_the_genre_s_headings_and_the_page_s_numbers(city, leader, anonymous):
    report = released(city, leader)
    body = anonymous.get(reverse("public-report-docx", args=[report.pk])).content
    opened = Document(io.BytesIO(body))
    headings = [paragraph.text for paragraph in opened.paragraphs]
    for order in ("一、", "二、", "三、", "四、"):
        assert any(heading.startswith(order) for heading in headings), order
    words = word.words_of(body)
    assert report.title in words
    assert "下一步" in words
    for phrase in ("12项", "235件", "提前11个月", "9.26万个"):
        assert phrase in words
    assert any("整改进展" in cell.text for table in opened.tables for cell in table.rows[0].cells)


def test_the_same_report_is_the_same_file(city):
    report = generate(city)
    assert word.docx_of(report) == word.docx_of(Report.objects.get(pk=report.pk))


def a_word_file(said):
    document = Document()
    document.add_paragraph(said)
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile("office.docx", out.getvalue())


def upload(client, file):
    said = {"kind": "rectification", "name": "本市版式", "file": file}
    return client.post(reverse("report-templates"), said)


def test_an_office_restyles_the_report_without_code(city, office, leader):
    assert upload(office, a_word_file("本市版式 {{ title }}｜{{ issue_date }}")).status_code == 302
    template = ReportTemplate.objects.get()
    assert "本市版式" in text(office.get(reverse("report-templates")))
    kept = office.get(reverse("report-template-file", args=[template.pk]))
    assert kept.content == bytes(template.body)
    report = released(city, leader)
    assert f"本市版式 {report.title}" in word.words_of(word.docx_of(report))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("office.docx", b"no word file"), "Word"),
        (a_word_file("{{ no_such_name }}"), "no_such_name"),
        (a_word_file("{% for one in annex %}"), "Word"),
        (a_word_file("{{ title.__class__ }}"), "Word"),
    ],
)
def test_a_template_that_would_fail_is_refused_with_the_reason(city, office, file, words):
    file.seek(0)
    shown = text(upload(office, file))
    assert "form-error" in shown
    assert words in shown
    assert not ReportTemplate.objects.exists()


def test_the_shipped_template_is_there_to_begin_with(city, office):
    body = office.get(reverse("report-template-file", args=["rectification"])).content
    assert body == word.shipped("rectification")
    assert office.get(reverse("report-template-file", args=["unknown"])).status_code == 404


def test_the_list_shows_states_and_the_way_to_a_new_one(city, office, as_user):
    generate(city)
    shown = text(office.get(reverse("reports-list")))
    assert reverse("report-new") in shown
    assert "整改情况的报告" in shown
    auditor = text(as_user(city.world.auditor).get(reverse("reports-list")))
    assert reverse("report-new") not in auditor


def test_an_office_makes_reports_for_its_own_places_only(city, as_user):
    shown = text(as_user(city.world.county_officer).get(reverse("report-new")))
    assert "海宁市" in shown
    assert f'value="{city.world.city.pk}"' not in shown


def test_a_user_without_a_post_has_nothing_to_make(city, as_user):
    stranger = User.objects.create_user("stranger", "x", name="路人")
    assert as_user(stranger).get(reverse("report-new")).status_code == 403
    Post.objects.create(user=stranger, role=Role.AUDITOR, jurisdiction=city.world.city, valid_from=AS_OF)
    assert as_user(stranger).get(reverse("report-new")).status_code == 403
