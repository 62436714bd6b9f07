"""A bar of progress on standard error; silent where nobody is watching."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bar:
    """One bar after another; `step` is cheap enough to be called for each row."""

    EVERY = 5000

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task: TaskID | None = None
        self._waiting = 0

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show()
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        self._show()
        self._task = self._progress.add_task(what, total=total or None)

    def step(self, count: int = 1) -> None:
        self._waiting += count
        if self._waiting >= self.EVERY:
            self._show()

    def _show(self) -> None:
        if self._task is not None:
            self._progress.advance(self._task, self._waiting)
        self._waiting = 0
