"""Where the rows of several registers lead."""

from typing import Any

from django.urls import reverse


def outlet_url(record: Any) -> str:
    """The curves of the outlet that a record belongs to."""
    return reverse("monitoring-outlet", args=[record.outlet_id])
