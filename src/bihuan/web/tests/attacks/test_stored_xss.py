"""Script put into every line that somebody can type into, then every page read as a browser reads it."""

from typing import Any

import pytest
from django import forms
from django.urls import reverse

from bihuan.web.tests.attacks import markup, scene
from bihuan.web.tests.attacks.filling import filled

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # a walk through all pages judges none
MARK = "xp"
# It begins like a link that runs, leaves the attribute, the text field and the script it may stand in.
PROBE = f"javascript:1//'\"></textarea></script></title><{MARK}>"
LINKS = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post")
# The things of the tests don't allow these. What is typed must not come back as markup all the same.
REFUSED = "filled in with what the scene knows, it is refused in words"
NOT_TAKEN = {
    "data-mark-new": REFUSED,
    "monitoring-rule-draft E1": REFUSED,
    "rejudgement-new": REFUSED,
    "units-edit": REFUSED,
    "problems-bulk assign": "the unit that accepts would be the one that rectifies",
    "login": "there is no such account; what was typed stands in the login log",
    "account-act remove-factor": "the account has no second factor",
    "feedback-item-parent": "there is no other item to be its parent",
    "petition-act strike-off": "the case is not concluded",
    "enterprise-act merge": "there is no other enterprise of that name",
    "enterprise-act confirm-colour": "a second person confirms",
    "problem-act link_duplicate": "there is no problem of that number",
}
# Forms of ours that no page shows by itself.
ELSEWHERE = {
    "bihuan.loop.forms.discovery.RegisterForm": "no story waits for it; its lines are those of RegisterMany",
}


def test_what_is_typed_into_any_form_is_shown_as_text_everywhere(world, settings, tmp_path):
    place = scene.set_up(world, settings, tmp_path)
    offered = scene.offers(place)
    where = dict(_attack(place, offer) for offer in offered)
    read = _read_everything(place, {address for found in where.values() for address in found})
    refused = {str(offer) for offer in offered if offer.form.words and not where[id(offer)]}
    lines = sum(len(one.form.words) for one in offered)
    print(f"{len(offered)} forms, {lines} lines to type into, {len(read)} pages read")
    assert [one for page in read.values() for one in faults(page)] == []
    assert sum("&lt;xp&gt;" in page for page in read.values()) > 50
    assert (refused - set(NOT_TAKEN), _not_met(offered) - set(ELSEWHERE)) == (set(), set())


def _attack(place: scene.Scene, offer: scene.Offer) -> tuple[int, set[str]]:
    """Send the probe in every line, then with what the form insists on; the addresses at which it stands."""
    for formed in place.attempts:
        answer = scene.send(place, offer, filled(offer.form, PROBE, formed=formed))
        assert answer.streaming or faults(answer.content.decode()) == [], offer
        if scene.taken(answer):
            return id(offer), {answer.headers.get("Location", offer.url)}
    return id(offer), set()


def _read_everything(place: scene.Scene, more: set[str]) -> dict[tuple[str, str | None], str]:
    found = {}
    for page, url in place.addresses():
        for user in scene.readers(page):
            found[url, user] = scene.shown(place.reader(user), url)
        if page.name.endswith("-list"):
            found[f"{url}?print=1", "auditor"] = scene.shown(place.reader("auditor"), f"{url}?print=1")
    for url in {*more, f"{reverse('find')}?q={PROBE}", f"{reverse('problems-list')}?q={PROBE}"}:
        found[url, "city_officer"] = scene.shown(place.reader("city_officer"), url)
    return {where: text for where, text in found.items() if text}


def faults(text: str) -> list[str]:
    """What a browser would run of what we typed."""
    return [
        f"{tag} {name}={value}"
        for tag, said in markup.Page(text).elements
        for name, value in {**said, "": ""}.items()
        if tag == MARK or (name in LINKS and value.lower().strip().startswith("javascript:"))
    ]


def _not_met(offered: list[scene.Offer]) -> set[str]:
    """Our form classes with a line to type into that no offered form has all the lines of."""
    shown = [{control.name.rpartition("-")[2] for control in one.form.words} for one in offered]
    return {
        f"{found.__module__}.{found.__name__}"
        for found in _classes(forms.BaseForm)
        if (lines := _lines(found)) and not any(lines <= names for names in shown)
    }


def _classes(base: type) -> list[type]:
    below = [one for child in base.__subclasses__() for one in _classes(child)]
    return [base, *below] if base.__module__.startswith("bihuan.") else below


def _lines(found: Any) -> set[str]:
    """The fields that take any words: not those that check an address or a secret."""
    return {
        name
        for name, field in getattr(found, "base_fields", {}).items()
        if type(field) is forms.CharField and not isinstance(field.widget, forms.PasswordInput)
    }
