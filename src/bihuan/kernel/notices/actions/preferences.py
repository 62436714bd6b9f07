from django.db import transaction

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.notices.models import Preference
from bihuan.kernel.people.access import actor_of
from bihuan.kernel.people.models import User


@transaction.atomic
def choose(user: User, *, email: str) -> Preference:
    """Keep how the user wants to hear beside the inbox; what already waits keeps its moment."""
    chosen, _made = Preference.objects.update_or_create(user=user, defaults={"email": email})
    append(f"preference:{user.pk}", "preference.chosen", by=actor_of(user), payload={"email": email})
    return chosen
