"""A recomputation somebody asks for: at once when it is small, by the queue when it would take long."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import require
from bihuan.oversight.monitoring.judgement.again import judge_again
from bihuan.oversight.monitoring.models import Rejudgement
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.store.source import StoredSource

AT_ONCE = 62
"""Outlet-days; ours: two outlets for a month, what a request computes in a few seconds."""


def recompute(first: date, last: date, *, outlets: Sequence[int], by: Any, reason: str) -> Rejudgement | None:
    """The finished run; None when the queue has it. Raises Forbidden and Refused as `judge_again`."""
    require(by, RULES)
    if not outlets:
        raise Refused(reason=_("There is no outlet to judge."))
    if len(outlets) * ((last - first).days + 1) <= AT_ONCE:
        return judge_again(first, last, by=by, reason=reason, source=StoredSource(), outlets=outlets)
    from bihuan.oversight.monitoring.jobs import recompute_later

    transaction.on_commit(
        lambda: recompute_later.defer(
            first=first.isoformat(), last=last.isoformat(), outlets=list(outlets), by=by.pk, reason=reason
        )
    )
    return None
