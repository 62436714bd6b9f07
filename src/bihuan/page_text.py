"""What a page says, for tests that look for words in it."""

import re
from typing import Any

_TOKEN = re.compile(r'(name="(?:csrfmiddlewaretoken|once)" value=")\w+')


def page_text(answer: Any, status: int = 200) -> str:
    """The answer's text without its form tokens, whose random letters now and then spell the word sought."""
    assert answer.status_code == status
    return _TOKEN.sub(r"\1", answer.content.decode())
