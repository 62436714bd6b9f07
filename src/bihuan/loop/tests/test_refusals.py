"""Every guard says its sentence, and nothing is half-written when it does."""

from datetime import date, timedelta

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.loop import actions
from bihuan.loop.models import Milestone, PlanChange, RectificationPlan
from bihuan.loop.rules.acceptance import STANDARDS, check_standards, unmet
from bihuan.loop.rules.transitions import transition
from bihuan.loop.tests.story import TICKS, WORDS, Story

pytestmark = pytest.mark.django_db
PLAN = {
    "goal": "达标",
    "standard": "监测达标",
    "measures": ["治理"],
    "milestones": [("完成", date(2022, 6, 1), 100)],
    "time_limit": "date",
    "deadline": date(2022, 12, 31),
}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"measures": [" "]}, "措施"),
        ({"milestones": [("完成", date(2022, 6, 1), 60)]}, "100%"),
        ({"milestones": []}, "100%"),
        ({"deadline": None}, "二者只选其一"),
        ({"time_limit": "long_term"}, "二者只选其一"),
        ({"milestones": [("完成", date(2023, 6, 1), 100)]}, "晚于"),
        ({"goal": " "}, "理由"),
    ],
)
def test_a_plan_that_does_not_hold_together(world, changed, word) -> None:
    story = Story(world).assigned()
    before = Event.objects.count()
    with pytest.raises(Refused, match=word):
        story.do("submit_plan", world.handler, **{**PLAN, **changed})
    assert not RectificationPlan.objects.exists()
    assert Event.objects.count() == before


def test_a_plan_is_submitted_once_and_comes_back_with_a_reason(world) -> None:
    story = Story(world).assigned().plan_submitted()
    with pytest.raises(Refused, match="已经提交"):
        story.plan_submitted()
    story.do("return_plan", world.acceptor, reason="目标不具体")
    story.plan_submitted()
    assert story.problem.plans.count() == 2


def test_a_plan_must_be_approved_before_the_work_begins(world) -> None:
    story = Story(world).assigned()
    with pytest.raises(Refused, match="批准"):
        story.do("start", world.handler)
    with pytest.raises(Refused, match="没有待审批的方案"):
        story.do("approve_plan", world.acceptor)


def test_a_plan_may_not_outlast_that_of_the_superior(world) -> None:
    above = Story(world).rectifying(date(2022, 7, 31) + timedelta(days=153))
    story = Story(world).assigned()
    type(story.problem).objects.filter(pk=story.problem.pk).update(master=above.problem)
    with pytest.raises(Refused, match="2022-12-31"):
        story.do("submit_plan", world.handler, **{**PLAN, "deadline": date(2023, 6, 30)})


@pytest.mark.parametrize("value", ["明年", "2023-13-01"])
def test_a_new_deadline_is_a_date(world, value) -> None:
    story = Story(world).rectifying()
    with pytest.raises(Refused, match="日期"):
        story.do("request_plan_change", world.handler, field="deadline", new_value=value, reason="延后")


def test_a_change_refused_leaves_the_plan_and_is_decided_once(world) -> None:
    story = Story(world).rectifying()
    with pytest.raises(Refused, match="没有待审批的方案调整"):
        story.do("decide_plan_change", world.acceptor, change=PlanChange(pk=0), approved=True)
    change = story.do("request_plan_change", world.handler, field="goal", new_value="降低目标", reason="困难")
    story.do("decide_plan_change", world.acceptor, change=change, approved=False)
    assert story.problem.plans.get().goal == "污水全部纳管"
    other = story.do("request_plan_change", world.handler, field="goal", new_value="提高目标", reason="可行")
    with pytest.raises(Refused, match="已经审批"):
        story.do("decide_plan_change", world.acceptor, change=change, approved=True)
    story.do("decide_plan_change", world.acceptor, change=other, approved=True)
    assert story.problem.plans.get().goal == "提高目标"


def test_a_milestone_is_claimed_once_and_accepted_once(world) -> None:
    story = Story(world).rectifying()
    milestone = Milestone.objects.order_by("order").first()
    with pytest.raises(Refused, match="里程碑"):
        story.do("accept_milestone", world.acceptor, milestone=milestone)
    story.do("claim_milestone", world.handler, milestone=milestone)
    with pytest.raises(Refused, match="已上报"):
        story.do("claim_milestone", world.handler, milestone=milestone)
    with pytest.raises(Forbidden):
        story.do("accept_milestone", world.handler, milestone=milestone)
    story.do("accept_milestone", world.acceptor, milestone=milestone)
    story.do("claim_milestone", world.handler, milestone=Milestone.objects.order_by("order").last())
    with pytest.raises(Refused, match="待验收"):
        story.do("accept_milestone", world.acceptor, milestone=milestone)


def test_evidence_and_words_are_needed_for_acceptance(world) -> None:
    story = Story(world).rectifying()
    with pytest.raises(Refused, match="整改前、整改后"):
        story.do("self_check", world.handler, standards=WORDS, statement="完成")


def test_the_five_standards() -> None:
    check_standards(WORDS)
    with pytest.raises(Refused, match="2、5"):
        check_standards({**WORDS, 2: " ", 5: ""})
    assert unmet(TICKS) == []
    assert unmet({}) == list(STANDARDS)


def test_an_act_that_changes_no_state_is_no_transition() -> None:
    assert transition("assign").target == "assigned"
    with pytest.raises(KeyError):
        transition("record_progress")


def test_stages_are_for_petitions_only(world) -> None:
    story = Story(world).rectifying()
    with pytest.raises(Refused, match="信访件"):
        story.do("stage_close", world.acceptor, remaining="其余", finish_on=date(2022, 9, 1))


def test_a_suspension_comes_before_the_due_date(world) -> None:
    story = Story(world).rectifying()
    story.at += timedelta(days=400)
    with pytest.raises(Refused, match="2022-12-31"):
        story.do("suspend", world.city_officer, resume_on=date(2023, 9, 1), reason="迟了")


def test_whoever_rectifies_may_not_check_even_with_both_posts(world) -> None:
    from bihuan.kernel.people.models import Post

    story = Story(world).rectifying().self_checked()
    Post.objects.create(user=world.acceptor, role="responsible_unit", unit=world.bureau)
    del_cached(world.acceptor)
    with pytest.raises(Refused, match="责任单位"):
        story.do("pass_acceptance", world.acceptor, checklist=TICKS, visited_on=date(2022, 3, 2))


def del_cached(user) -> None:
    user.__dict__.pop("_posts_held", None)


def test_closing_waits_for_notice_period_signature_and_objections(world) -> None:
    story = Story(world).accepted()
    with pytest.raises(Refused, match="公示"):
        story.do("close", world.city_officer, archive_index="A")
    story.do("publicise", world.handler, text="内容", telephone="0573")
    with pytest.raises(Refused, match="签署"):
        story.do("close", world.city_officer, archive_index="A")
    with pytest.raises(Refused, match="异议"):
        story.do("judge_objection", world.acceptor, objection=None, valid=False, finding="x")
    story.after_notice().do("sign_closure", world.acceptor)
    with pytest.raises(Refused, match="已经签署"):
        story.do("sign_closure", world.acceptor)


def test_a_notice_is_counted_in_one_of_the_two_ways(world) -> None:
    story = Story(world).accepted()
    with pytest.raises(Refused, match="计算方式"):
        story.do("publicise", world.handler, text="x", telephone="1", convention="3 weeks")
    story.do("publicise", world.handler, text="x", telephone="1", convention="publicity_7d")
    notice = story.notice
    assert (notice.ends_on - notice.starts_on).days == 6
    assert notice.start_inclusive


def test_an_objection_needs_a_running_notice(world) -> None:
    story = Story(world).publicised().after_notice()
    with pytest.raises(Refused, match="公示期内"):
        actions.raise_objection(story.notice, content="迟到的异议", at=story.tick())


def test_filing_is_done_once_and_visits_too(world) -> None:
    story = Story(world).closed()
    story.do("file_with_superior", world.city_officer, document_ref="嘉环整备〔2022〕1号")
    assert story.problem.turn == ""
    with pytest.raises(Refused, match="嘉环整备"):
        story.do("file_with_superior", world.city_officer, document_ref="另一号")
    visit = story.first_visit
    for lookback in list(story.problem.lookbacks.all()):
        story.do("visit", world.city_officer, lookback=lookback, finding="未反弹")
    with pytest.raises(Refused, match="回头看"):
        story.do("visit", world.city_officer, lookback=visit, finding="再看")


def test_a_visit_is_recorded_once(world) -> None:
    story = Story(world).closed()
    visit = story.first_visit
    story.do("visit", world.city_officer, lookback=visit, finding="未反弹")
    with pytest.raises(Refused, match="已经登记"):
        story.do("visit", world.city_officer, lookback=visit, finding="再看")


def test_keeping_up_is_for_long_term_limits(world) -> None:
    story = Story(world, procedure="patrol").accepted()
    with pytest.raises(Refused, match="长期坚持"):
        story.do("keep_long_term", world.acceptor)


def test_the_system_may_do_little(world) -> None:
    story = Story(world)
    with pytest.raises(Forbidden):
        story.do("accept_report", None)


def test_a_procedure_s_own_guard_counts(world, monkeypatch) -> None:
    from dataclasses import replace

    from bihuan.loop.rules.procedures import PROCEDURES

    story = Story(world, procedure="alarm").accepted()
    guarded = replace(PROCEDURES["alarm"], guards={"close": (lambda _problem, _today: "数据正常不足72小时",)})
    monkeypatch.setitem(PROCEDURES, "alarm", guarded)
    with pytest.raises(Refused, match="72"):
        story.do("close", world.city_officer, archive_index="A")
