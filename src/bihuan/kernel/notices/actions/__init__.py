from bihuan.kernel.notices.actions.notify import mark_read, notify

__all__ = ["mark_read", "notify"]
