"""A whole story in real browsers, from a petition in a file to the reopening: six people who know the pages
and no page of documentation."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bihuan.loop.tests.files import picture
from bihuan.player import Player

pytestmark = pytest.mark.story
TITLE = "长安镇运河边堆放污泥"
NUMBER = "X2ZJ202009040777"
TABLE = f"""受理编号,交办问题基本情况,行政区域,污染类型,督察
{NUMBER},{TITLE}。夜间有车辆倾倒。,海宁市,土壤,第二轮中央督察
X2ZJ202009040778,无处可寻的一件。,火星县,水,第二轮中央督察
"""


@pytest.fixture(scope="module")
def people(browser, instance) -> dict[str, Player]:
    names = ("county_officer", "list_manager", "city_officer", "handler", "acceptor")
    return {name: Player(browser, instance, name) for name in names}


def files(folder: Path) -> dict[str, str]:
    made = {}
    for side in ("before", "after"):
        path = folder / f"{side}.jpg"
        path.write_bytes(picture(side).read())
        made[side] = str(path)
    return made


def test_from_the_file_to_the_reopening(people, instance, browser, tmp_path) -> None:
    photos, today = files(tmp_path), date.today()
    officer, lists, city = people["county_officer"], people["list_manager"], people["city_officer"]
    lead, acceptor = people["handler"], people["acceptor"]

    pk = take_in(city, tmp_path)
    officer.act(pk, "accept_report")
    lists.act(pk, "register", substantiation="属实", level="较大")
    city.act(
        pk,
        "assign",
        lead_unit="海宁市住房和城乡建设局",
        acceptance_unit="嘉兴市生态环境局",
        leading_official="陈领导",
        needs_plan=True,
    )
    lead.act(
        pk,
        "submit_plan",
        goal="污泥全部清运",
        standard="现场无残留",
        measures="清运\n复绿",
        time_limit="具体日期",
        deadline=(today + timedelta(days=60)).isoformat(),
        milestones__0__name="清运",
        milestones__0__due_on=(today + timedelta(days=30)).isoformat(),
        milestones__0__weight="100",
    )
    acceptor.act(pk, "approve_plan")
    lead.act(pk, "start")
    lead.problem(pk)
    assert "缺少佐证：整改后" in lead.text()
    lead.act(pk, "record_progress", text="已清运一半")
    lead.act(pk, "attach", file=photos["before"], side="整改前", caption="清运前")
    lead.act(pk, "attach", file=photos["after"], side="整改后", caption="清运后")
    apply(lead, pk)

    acceptor.act(pk, "fail_acceptance", defects="东侧仍有残留")
    running = "SELECT due_on FROM loop_clock WHERE problem_id = %s AND name = 'rectification'"
    assert instance.rows(f"{running} AND stopped_at IS NULL", pk) == [(today + timedelta(days=60),)]
    apply(lead, pk)
    accept(acceptor, pk, today)
    publish_and_object(people, instance, browser, pk)
    strike_off_and_reopen(people, instance, pk, today)


def take_in(office: Player, folder: Path) -> int:
    """Import the table: look at the preview, take in the good row, leave the bad one with its reason."""
    table = folder / "petitions.csv"
    table.write_text(TABLE, encoding="utf-8")
    page = office.page
    page.goto(f"{office.instance.url}/petitions/")
    page.click("a[href='/petitions/import/']")
    page.set_input_files("main form [name=file]", str(table))
    page.click("main form button.btn-primary")
    page.wait_for_url("**/petitions/import/*/")
    assert "火星县" in office.text()
    found = "SELECT problem_id FROM loop_sourcerecord WHERE number = %s"
    assert office.instance.rows(found, NUMBER) == []
    page.click("main form button.btn-primary")
    page.wait_for_selector("main form button.btn-primary", state="detached")
    assert page.inner_text("[data-count=new]") == "1"
    return int(office.instance.rows(found, NUMBER)[0][0])


def apply(lead: Player, pk: int) -> None:
    words = {f"standard_{number}": f"第{number}条已落实" for number in range(1, 6)}
    lead.act(pk, "self_check", **words, statement="申请验收")


def accept(acceptor: Player, pk: int, day: date) -> None:
    ticks = {f"standard_{number}": True for number in range(1, 6)}
    acceptor.act(pk, "pass_acceptance", **ticks, visited_on=day.isoformat(), signatures="王验收 科长")


def publish_and_object(people: dict[str, Player], instance: Any, browser: Any, pk: int) -> None:
    """Noticed, objected to by a citizen on the public site, and the objection upheld."""
    people["handler"].act(pk, "publicise", telephone="0573-12369")
    notice = instance.rows("SELECT id FROM loop_publicnotice WHERE problem_id = %s", pk)[0][0]
    citizen = browser.new_context(locale="zh-CN").new_page()
    citizen.goto(f"{instance.url}/public/notices/{notice}/")
    assert TITLE in citizen.inner_text("body")
    citizen.fill("[name=content]", "夜里还在倒")
    citizen.click("main form button.btn-primary")
    citizen.wait_for_selector(".flash-success")
    people["acceptor"].act(pk, "uphold_objection", finding="现场属实")
    state = instance.rows("SELECT state FROM loop_problem WHERE id = %s", pk)
    assert state == [("rectifying",)]


def strike_off_and_reopen(people: dict[str, Player], instance: Any, pk: int, today: date) -> None:
    """The second notice is put into the past so that its period is over; then sign, close, reopen."""
    apply(people["handler"], pk)
    accept(people["acceptor"], pk, today)
    people["handler"].act(pk, "publicise", telephone="0573-12369")
    people["acceptor"].problem(pk)
    assert "公示期至" in people["acceptor"].text()
    instance.execute(
        "UPDATE loop_publicnotice SET starts_on = starts_on - 30, ends_on = ends_on - 30"
        " WHERE problem_id = %s",
        pk,
    )
    people["acceptor"].act(pk, "sign_closure")
    people["city_officer"].act(pk, "close", archive_index="档-2026-1")
    people["city_officer"].act(pk, "reopen", finding="污泥再次出现")
    people["city_officer"].problem(pk)
    assert "第 2 轮" in people["city_officer"].page.inner_text("body")
    kinds = instance.rows("SELECT kind FROM ledger_event WHERE stream = %s ORDER BY seq", f"problem:{pk}")
    assert kinds[-1] == ("problem.reopen",)
