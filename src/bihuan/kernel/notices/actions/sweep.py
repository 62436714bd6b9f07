"""What a killed worker left behind is taken up again; what may have gone out is not repeated."""

from django.utils import timezone

from bihuan.kernel.notices.actions.deliver import STALE
from bihuan.kernel.notices.actions.dispatch import dispatch, later_together
from bihuan.kernel.notices.models import Delivery, Notice

State = Delivery.State


def sweep() -> None:
    before = timezone.now() - STALE
    interrupted = Delivery.objects.filter(state=State.SENDING, changed_at__lt=before)
    interrupted.update(state=State.DOUBTFUL, why="interrupted", said="", changed_at=timezone.now())
    forgotten = Notice.objects.filter(dispatched=False, created_at__lt=before)
    for cause in forgotten.order_by().values_list("cause", flat=True).distinct():
        dispatch(cause)
    overdue = Delivery.objects.filter(state=State.WAITING, send_after__lt=before)
    for delivery in overdue.select_related("notice"):
        later_together(delivery)
