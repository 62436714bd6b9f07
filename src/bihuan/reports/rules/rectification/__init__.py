"""The genre of the rectification report (整改情况报告): opening, four parts, next steps, annex.

A part is a module of this package with one `CHAPTER`; a new part is a new module and one line here.
"""

from bihuan.reports.rules.chapters import Genre
from bihuan.reports.rules.rectification import (
    mechanism,
    next_steps,
    opening,
    oversight,
    quality,
    transition,
)

GENRE = Genre(
    id="rectification",
    title="{place}贯彻落实{round}中央生态环境保护督察整改情况的报告",
    publisher="中央生态环境保护督察{place}整改工作协调联络组",
    annex_title="中央生态环境保护督察反馈具体问题整改进展情况",
    chapters=(
        opening.CHAPTER,
        mechanism.CHAPTER,
        quality.CHAPTER,
        oversight.CHAPTER,
        transition.CHAPTER,
        next_steps.CHAPTER,
    ),
    free_texts=next_steps.DEFAULTS,
)
