from bihuan.loop.models.plan import Measure, Milestone, PlanChange, RectificationPlan
from bihuan.loop.models.problem import (
    AcceptanceStep,
    Clock,
    Problem,
    SourceQuerySet,
    SourceRecord,
    StateSpan,
)
from bihuan.loop.models.proof import Acceptance, Attachment, Likeness, ProgressEntry, SelfCheck
from bihuan.loop.models.publicity import LookBack, Objection, PublicNotice

__all__ = [
    "Acceptance",
    "AcceptanceStep",
    "Attachment",
    "Clock",
    "Likeness",
    "LookBack",
    "Measure",
    "Milestone",
    "Objection",
    "PlanChange",
    "Problem",
    "ProgressEntry",
    "PublicNotice",
    "RectificationPlan",
    "SelfCheck",
    "SourceQuerySet",
    "SourceRecord",
    "StateSpan",
]
