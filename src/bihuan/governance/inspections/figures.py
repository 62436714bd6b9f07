"""What the area counts. Every figure is about the newest central round that had fed back by the as-of day."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.rules.counts import Nature
from bihuan.governance.inspections.rules.early import whole_months_early
from bihuan.kernel.figures.registry import (
    Figure,
    Scope,
    register_area,
    register_figure,
    register_text_figure,
)
from bihuan.loop.models import Milestone, RectificationPlan, StateSpan
from bihuan.loop.rules.states import COMPLETED, State

AREA = "inspections"


def rounds(scope: Scope) -> "QuerySet[Round]":
    day = timezone.localdate(scope.as_of)
    fed_back = Round.objects.filter(level=Round.Level.CENTRAL, kind=Round.Kind.ROUTINE, feedback_on__lte=day)
    newest = fed_back.order_by("-feedback_on", "-pk").values("pk")[:1]
    found: QuerySet[Round] = Round.objects.filter(pk__in=Subquery(newest))
    return found


def items(scope: Scope) -> Any:
    """Items inside the scope, less those fanned out from another item inside it: counted there already."""
    inside = FeedbackItem.objects.inside(scope.path).received_by(scope.as_of)
    inside = inside.exclude(parent_item__in=inside.values("pk"))
    return inside.filter(round__in=rounds(scope)).select_related("problem", "jurisdiction", "round")


def specific(scope: Scope) -> Any:
    return items(scope).filter(nature=Nature.SPECIFIC)


def common(scope: Scope) -> Any:
    return items(scope).filter(nature=Nature.COMMON)


def done(scope: Scope) -> Any:
    return items(scope).in_states(COMPLETED, scope.as_of)


def specific_done(scope: Scope) -> Any:
    return specific(scope).in_states(COMPLETED, scope.as_of)


def remaining(scope: Scope) -> Any:
    return items(scope).exclude(pk__in=done(scope).values("pk"))


def behind(scope: Scope) -> Any:
    """Remaining items whose plan has more weight due by the as-of day than accepted."""
    of_plan = Milestone.objects.filter(
        plan__problem=OuterRef("problem"),
        plan__cycle=OuterRef("problem__cycle"),
        plan__status=RectificationPlan.Status.APPROVED,
        plan__decided_at__lte=scope.as_of,
    )
    due = _weight(of_plan.filter(due_on__lte=timezone.localdate(scope.as_of)))
    accepted = _weight(of_plan.filter(accepted_at__lte=scope.as_of))
    return remaining(scope).annotate(due=due, accepted=accepted).filter(due__gt=F("accepted"))


def _weight(milestones: Any) -> Any:
    summed = milestones.order_by().values("plan__problem").annotate(sum=Sum("weight")).values("sum")
    return Coalesce(Subquery(summed, output_field=IntegerField()), 0)


def highlights(scope: Scope) -> Any:
    """Highlighted items accepted by the as-of moment, with the two dates that “early” compares."""
    spans = StateSpan.objects.filter(
        problem=OuterRef("problem"), state=State.ACCEPTED, entered_at__lte=scope.as_of
    )
    plans = RectificationPlan.objects.filter(
        problem=OuterRef("problem"), status=RectificationPlan.Status.APPROVED, decided_at__lte=scope.as_of
    )
    dated = (
        done(scope)
        .filter(highlight=True)
        .annotate(
            accepted_at=Subquery(spans.order_by("-entered_at").values("entered_at")[:1]),
            planned_for=Subquery(plans.order_by("-cycle").values("deadline")[:1]),
        )
    )
    return dated.filter(accepted_at__isnull=False, planned_for__isnull=False)


def months_early(measured: Mapping[str, Any]) -> int | None:
    if measured["accepted"] is None:
        return None
    return whole_months_early(timezone.localdate(measured["accepted"]), measured["deadline"])


def period(inspected: Round) -> str:
    return f"{inspected.on_site_from}..{inspected.on_site_to}"


def feedback_month(inspected: Round) -> str:
    return f"{inspected.feedback_on:%Y-%m}"


COUNTED = (
    (
        "feedback_total",
        "督察反馈问题数",
        "Feedback items",
        items,
        "截至时点已收到的该轮督察反馈问题,具体问题与共性问题之和。",
        "Items of the round received by the as-of moment, specific and common together.",
    ),
    (
        "feedback_specific",
        "其中具体问题",
        "Specific problems among them",
        specific,
        "点名具体地点或对象、逐项验收的反馈问题(又称个性问题)。",
        "Items that name a place or subject and are accepted one by one.",
    ),
    (
        "feedback_common",
        "其中共性问题",
        "Common problems among them",
        common,
        "全省共有、本市为责任主体之一的反馈问题(又称面上问题)。",
        "Province-wide items of which this city is one of several owners.",
    ),
    (
        "feedback_done",
        "已完成整改",
        "Completed",
        done,
        "截至时点已验收、公示中、已销号、已归档或长期坚持的反馈问题,含尚未销号的。",
        "Items accepted, under notice, closed, archived or kept up long-term; not all of them are closed.",
    ),
    (
        "feedback_specific_done",
        "其中具体问题已完成",
        "Specific problems completed",
        specific_done,
        "已完成整改的具体问题。",
        "Completed items that are specific problems.",
    ),
    (
        "feedback_remaining",
        "剩余反馈问题",
        "Remaining",
        remaining,
        "截至时点已收到但尚未完成整改的反馈问题,等于总数减已完成数。",
        "Items received and not completed by the as-of moment: the total less the completed.",
    ),
    (
        "feedback_behind",
        "滞后反馈问题",
        "Behind schedule",
        behind,
        "尚未完成整改、且已到期里程碑权重大于已验收里程碑权重的反馈问题（本平台默认口径）。",
        "Remaining items whose milestones due weigh more than those accepted (a default of ours).",
    ),
)

PERIOD = Figure(
    id="inspection_period",
    zh="督察起止",
    en="Inspection period",
    definition_zh="该轮督察进驻的起止日期。",
    definition_en="First and last day of the team on site.",
    area=AREA,
    order=1,
)
FEEDBACK_DATE = Figure(
    id="feedback_date",
    zh="反馈意见",
    en="Feedback",
    definition_zh="反馈督察意见的年月。",
    definition_en="Year and month of the feedback.",
    area=AREA,
    order=2,
)
MONTHS_EARLY = Figure(
    id="sludge_months_early",
    zh="污泥问题提前完成月数",
    en="Months the sludge problem was finished early",
    unit="月",
    definition_zh="本轮标为亮点的问题:整改方案时限减去验收日期,取整月。",
    definition_en="For the round's highlight: the plan's deadline minus the day of acceptance, whole months.",
    area=AREA,
    order=9,
)
HIGHLIGHT = Figure(
    id="feedback_highlight",
    zh="整改亮点",
    en="Highlight",
    definition_zh="本轮标为亮点并已完成整改的反馈问题。",
    definition_en="The item of the round marked as its highlight, once completed.",
    area=AREA,
    order=10,
)


def register_all() -> None:
    register_area(AREA, _("Inspections"))
    register_text_figure(PERIOD, query=rounds, text=period)
    register_text_figure(FEEDBACK_DATE, query=rounds, text=feedback_month)
    for order, (key, zh, en, query, definition_zh, definition_en) in enumerate(COUNTED, start=3):
        words = {"definition_zh": definition_zh, "definition_en": definition_en}
        register_figure(Figure(key, zh, en, "项", area=AREA, order=order, **words), query=query)
    dates = {"accepted": Max("accepted_at"), "deadline": Max("planned_for")}
    register_text_figure(HIGHLIGHT, query=highlights, text=lambda item: item.title)
    register_figure(MONTHS_EARLY, query=highlights, measure=dates, combine=months_early)


register_all()
