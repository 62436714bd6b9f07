"""Every form that the pages of the access table show to somebody, with the things of the tests behind it."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from bihuan.governance.petitions.acts import ACTS as PETITION_ACTS
from bihuan.kernel.identity.account_views import ACTS as ACCOUNT_ACTS
from bihuan.kernel.people.models import User
from bihuan.kernel.registers.register import REGISTERS
from bihuan.loop.models import Problem, PublicNotice
from bihuan.loop.queries.options import options
from bihuan.loop.tests.files import photo
from bihuan.loop.tests.story import Story
from bihuan.oversight.enterprises.views.acts import ACTS as ENTERPRISE_ACTS
from bihuan.oversight.enterprises.views.records import KINDS
from bihuan.web.access import PAGES, Page
from bihuan.web.tests.attacks import markup
from bihuan.web.tests.attacks.filling import EITHER, FORMED
from bihuan.web.tests.things import make_things

# What stands on every page, or ends the session that looks: shown once, by the first page that has it.
SHELL = ("/as-of/", "/language/", "/logout/")
VARIED: dict[str, Any] = {
    "finding": PETITION_ACTS,
    "enterprise_act": ENTERPRISE_ACTS,
    "record_kind": KINDS,
    "account_act": ACCOUNT_ACTS,
}
# What they answer is no page.
FILES = ("-export", "-word")
# They end what other forms need: sent last.
LATE = ("account", "my-", "mfa", "enterprise-act")
PLAYERS = ("city_officer", "county_officer", "list_manager", "handler", "acceptor", "leader")


@dataclass
class Offer:
    """A form as `user` (None: a stranger) sees it at `url`, the page of that name."""

    page: str
    user: str | None
    url: str
    form: markup.Form

    @property
    def path(self) -> str:
        return self.form.action.partition("?")[0]

    @property
    def kind(self) -> tuple[str, ...]:
        """The name of the address it is sent to, with what varies in it, but not which record it is for."""
        found = resolve(self.path)
        varied = [one for one in found.kwargs.values() if isinstance(one, str)]
        return found.url_name or "", *(one for one in varied if not _is_token(one))

    def __str__(self) -> str:
        return " ".join(self.kind)


@dataclass
class Scene:
    world: Any
    things: dict[str, Any]
    readers: dict[str | None, Client] = field(default_factory=dict)

    @property
    def attempts(self) -> tuple[dict[str, str | None], ...]:
        """What a form may insist on: nothing, words of a certain form, or that units differ and sums fit."""
        own: dict[str, str | None] = {"acceptance_unit": str(self.world.acceptance_bureau.pk)}
        own |= dict.fromkeys(("responsible_units", "further_acceptance_units"))
        return {}, FORMED | own, EITHER | own

    def reader(self, user: str | None) -> Client:
        """A client that only reads, and so may stay logged in."""
        if user not in self.readers:
            self.readers[user] = self.client(user)
        return self.readers[user]

    def visitor(self, user: str | None) -> Client:
        """A client for one request that is taken back: the reader's login, in cookies of its own."""
        client = Client()
        client.cookies = copy(self.reader(user).cookies)
        return client

    def client(self, user: str | None, **options: Any) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(User.objects.get(username=user))  # as the account stands now
        return client

    def addresses(self) -> Iterator[tuple[Page, str]]:
        """The address of every page that is read, with each value of what varies."""
        for page in PAGES:
            if page.method == "get" and not page.name.endswith(FILES):
                for things in self._variants(page):
                    yield page, reverse(page.name, args=[things[name] for name in page.things])

    def _variants(self, page: Page) -> Iterator[dict[str, Any]]:
        varied = [name for name in page.things if name in VARIED]
        if not varied:
            yield self.things
        for name in varied:
            for value in VARIED[name]:
                yield self.things | {name: value}


def _is_token(text: str) -> bool:
    return len(text) > 20


def send(scene: Scene, offer: Offer, data: dict[str, Any]) -> Any:
    """The answer to a form. What it did stays if it was taken; acts of the loop are undone for the next."""
    with transaction.atomic():
        answer = scene.client(offer.user).post(offer.form.action, data)
        if offer.page == "problem-act" or not taken(answer):
            transaction.set_rollback(True)
    return answer


def body(answer: Any) -> bytes:
    """What was answered, a file too."""
    return b"".join(answer) if answer.streaming else answer.content


def taken(answer: Any) -> bool:
    if answer.streaming:
        return True
    if answer.status_code == 200:
        classes = [said.get("class", "") for _tag, said in markup.Page(answer.content.decode()).elements]
        return not any(name.endswith("-error") for name in classes)
    return bool(answer.status_code == 302)


def readers(page: Page) -> tuple[str | None, ...]:
    """A stranger where strangers may, the first whom the table names, and those who see the most."""
    stranger = (None,) if page.stranger == page.outcome else ()
    chosen = [user for user in ("city_officer", "administrator", "clerk") if user in page.may]
    return tuple(dict.fromkeys((*stranger, *page.may[:1], *chosen)))


def set_up(world: Any, settings: Any, folder: Any) -> Scene:
    settings.MEDIA_ROOT = settings.BIHUAN_HOME = folder
    return Scene(world, dict(make_things(world)))


def shown(client: Client, url: str) -> str:
    """The page at an address, or nothing where it isn't one."""
    answer = client.get(url)
    if answer.status_code != 200 or answer.streaming or "html" not in answer.headers["Content-Type"]:
        return ""
    return answer.content.decode()


def offers(scene: Scene) -> list[Offer]:
    """Each form once, as the first who sees it does."""
    found: dict[tuple[Any, ...], Offer] = {}
    for page, user, url in (*_table(scene), *_acts(scene), *_many(scene), *_running_notice(scene)):
        for form in markup.Page(shown(scene.reader(user), url), url).forms:
            offer = Offer(page, user, url, form)
            if offer.path not in SHELL or page == "find":
                found.setdefault((*offer.kind, *sorted(form.names)), offer)
    return sorted(found.values(), key=lambda offer: offer.page.startswith(LATE))


def _table(scene: Scene) -> Iterator[tuple[str, str | None, str]]:
    for page, url in scene.addresses():
        for user in readers(page):
            yield page.name, user, url


def _acts(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Every act of the loop, in the first state of a story in which somebody is offered it."""
    seen = set()
    for problem in stories(scene.world):
        for user in PLAYERS:
            for option in options(problem, getattr(scene.world, user), timezone.localdate()):
                if option.allowed and option.event not in seen:
                    seen.add(option.event)
                    yield "problem-act", user, reverse("problem-act", args=[problem.pk, option.event])


def _many(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """What is done to many rows at once, with one row chosen."""
    for register, thing in (("problems", "problem"), ("petitions", "petition")):
        for act in REGISTERS[register].bulk:
            address = reverse(f"{register}-bulk", args=[act.id])
            yield f"{register}-bulk", "city_officer", f"{address}?row={scene.things[thing]}"


def stories(world: Any) -> Iterator[Problem]:
    """A problem in each state on the way."""
    yield Story(world, procedure="patrol").problem
    yield Story(world).problem
    yield Story(world).registered().problem
    yield Story(world).assigned().problem
    yield Story(world, procedure="petition").rectifying().problem
    stages: tuple[Callable[[Story], Any], ...] = (
        lambda story: story.assigned().plan_submitted(),
        lambda story: story.rectifying(),
        _claimed,
        _photographed,
        lambda story: story.rectifying().self_checked(),
        lambda story: story.accepted(),
        lambda story: story.publicised(),
        _signed,
        lambda story: story.closed(),
        _in_the_archive,
    )
    for stage in stages:
        story = Story(world, procedure="feedback")
        stage(story)
        yield story.problem


def _claimed(story: Story) -> None:
    story.rectifying()
    plan = story.problem.plans.get()
    story.do("claim_milestone", story.world.handler, milestone=plan.milestones.first())
    new = {"field": "goal", "new_value": "更高", "reason": "上级要求"}
    story.do("request_plan_change", story.world.handler, **new)


def _photographed(story: Story) -> None:
    story.rectifying()
    for side in ("before", "after"):
        story.do("attach", story.world.handler, file=photo(story.world.handler, side), side=side)


def _signed(story: Story) -> None:
    story.publicised().after_notice().do("sign_closure", story.world.acceptor)


def _in_the_archive(story: Story) -> None:
    story.closed().do("file_with_superior", story.world.city_officer, document_ref="嘉督〔2022〕1号")


def _running_notice(scene: Scene) -> Iterator[tuple[str, None, str]]:
    """The story's notice lies in the past; today it runs again."""
    notice = PublicNotice.objects.get(pk=scene.things["public_notice"])
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(days=1), "ends_on": today + timedelta(days=5)}
    PublicNotice.objects.filter(pk=notice.pk).update(**dates)
    yield "public-notice", None, reverse("public-notice", args=[notice.pk])
