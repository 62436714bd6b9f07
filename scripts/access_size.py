"""How many questions the access test asks: addresses times people, and a form where one must be refused."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")

from bihuan.web.access import EVERYBODY, PAGES

if __name__ == "__main__":
    people = (*EVERYBODY, None)
    refused = sum(page.expected(one) != page.outcome for page in PAGES for one in people)
    asked = len(PAGES) * len(people)
    print(f"{len(PAGES)} addresses × {len(people)} readers = {asked} questions, and {refused} forms refused")
