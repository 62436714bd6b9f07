"""Whether an officer's task number is a real, approved one: answered by the area that keeps the tasks."""

from collections.abc import Callable
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[str, Any, Any], bool]
_checks: list[Check] = []


def register_task_check(check: Check) -> None:
    """`check(task, enterprise, user)`: whether the task is approved for that enterprise and officer."""
    _checks.append(check)


def is_approved(task: str, enterprise: Any, user: Any) -> bool | None:
    """None while no area keeps tasks: the number is written down, and shown as not checked."""
    return any(check(task, enterprise, user) for check in _checks) if _checks else None
