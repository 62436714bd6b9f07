from bihuan.oversight.enterprises.rules.diagram import BOX_HEIGHT, GAP_Y, MARGIN, Node, drawing

DYEING, DRYING = Node("production", 1, "MF0001", "染缸"), Node("production", 2, "MF0002", "定型机")
SCRUBBER, CHIMNEY = Node("treatment", 1, "TA001", "喷淋塔"), Node("outlet", 1, "DA001", "烟囱")


def test_columns_stand_side_by_side_and_links_join_them():
    drawn = drawing(
        [DYEING, DRYING, SCRUBBER, CHIMNEY], [(DYEING, SCRUBBER), (DRYING, SCRUBBER), (SCRUBBER, CHIMNEY)]
    )
    boxes = {box.node: box for box in drawn.boxes}
    assert boxes[DYEING].x == boxes[DRYING].x < boxes[SCRUBBER].x < boxes[CHIMNEY].x
    assert boxes[DRYING].y - boxes[DYEING].y == BOX_HEIGHT + GAP_Y
    assert len(drawn.lines) == 3
    assert drawn.height == 2 * BOX_HEIGHT + GAP_Y + 2 * MARGIN
    assert drawn.lines[2].endswith(f"{boxes[CHIMNEY].x} {boxes[CHIMNEY].middle}")


def test_a_link_said_twice_is_drawn_once():
    assert len(drawing([DYEING, SCRUBBER], [(DYEING, SCRUBBER)] * 2).lines) == 1


def test_nothing_is_drawn_of_nothing():
    assert drawing([], []).boxes == ()
