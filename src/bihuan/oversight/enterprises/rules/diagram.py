"""Where the boxes and lines of a site's diagram stand: production on the left, treatment, outlets. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 190, 46, 60, 14, 8
COLUMNS = ("production", "treatment", "outlet")


@dataclass(frozen=True)
class Node:
    """A facility or outlet: its column, its key there, and what is written in the box."""

    column: str
    key: int
    code: str
    name: str


@dataclass(frozen=True)
class Box:
    node: Node
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int


def drawing(nodes: Sequence[Node], links: Iterable[tuple[Node, Node]]) -> Drawing:
    """Each column from top to bottom in its order; each link a curve from right edge to left edge."""
    boxes: dict[Node, Box] = {}
    for at, column in enumerate(COLUMNS):
        members = [node for node in nodes if node.column == column]
        for row, node in enumerate(members):
            boxes[node] = Box(node, MARGIN + at * (BOX_WIDTH + GAP_X), MARGIN + row * (BOX_HEIGHT + GAP_Y))
    tallest = max((box.y for box in boxes.values()), default=0)
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(_curve(boxes[start], boxes[end]) for start, end in dict.fromkeys(links)),
        width=2 * MARGIN + len(COLUMNS) * BOX_WIDTH + (len(COLUMNS) - 1) * GAP_X,
        height=tallest + BOX_HEIGHT + MARGIN,
    )


def _curve(start: Box, end: Box) -> str:
    from_x, to_x = start.x + BOX_WIDTH, end.x
    half = (from_x + to_x) // 2
    return f"M{from_x} {start.middle} C{half} {start.middle} {half} {end.middle} {to_x} {end.middle}"
