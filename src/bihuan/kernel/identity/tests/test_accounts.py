"""S06, S07: the administrator keeps accounts and posts, with reasons in the ledger, and does nothing else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.base_world import PASSWORD
from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.identity.actions import accounts
from bihuan.kernel.identity.models import SignIn
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
LENT = re.compile(r"<strong>([^<]+)</strong></dd>")


def events(user: User) -> list[str]:
    return list(
        Event.objects.filter(stream=f"account:{user.pk}").order_by("seq").values_list("kind", flat=True)
    )


def lent(answer) -> str:
    """The password for one sign-in that a page shows."""
    return unescape(LENT.search(page_text(answer))[1])


def do(client: Client, user: User, act: str, reason: str = "电话核实过"):
    return client.post(reverse("account-act", args=[user.pk, act]), {"reason": reason})


@pytest.fixture
def county_administrator(world):
    user = User.objects.create_user("county_admin", PASSWORD, name="县系统")
    Post.objects.create(
        user=user, role=Role.ADMINISTRATOR, jurisdiction=world.county, valid_from="2000-01-01"
    )
    return user


def test_a_new_account_gets_a_post_and_a_password_for_one_sign_in(world, as_user, sign_in):
    said = {"username": "new.one", "name": "新同志", "role": Role.RESPONSIBLE_UNIT, "unit": world.bureau.pk}
    answer = as_user(world.administrator).post(reverse("account-new"), said)
    password = lent(answer)
    assert "no-store" in answer["Cache-Control"]
    made = User.objects.get(username="new.one")
    assert events(made) == ["account.opened", "account.post_given", "account.password"]
    assert sign_in("new.one", password).get("/desk/")["Location"] == "/me/password/"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unit": ""}, "岗位须指定管辖区域或单位"),
        ({"username": "handler"}, "该账号名已存在"),
        ({"username": "大写 A"}, "小写字母、数字"),
        ({"role": "emperor"}, "has-error"),
    ],
)
def test_what_doesn_t_fit_is_said_beside_the_form(world, as_user, changed, said):
    form = {"username": "new.one", "name": "新", "role": Role.RESPONSIBLE_UNIT, "unit": world.bureau.pk}
    page = page_text(as_user(world.administrator).post(reverse("account-new"), form | changed))
    assert said in page
    assert not User.objects.filter(username="new.one").exists()


def test_the_page_of_an_account_shows_posts_sessions_and_story(world, as_user, sign_in):
    sign_in("handler", REMOTE_ADDR="10.0.0.5")
    client = as_user(world.administrator)
    client.post(
        reverse("account-correct", args=[world.handler.pk]), {"name": "郑改名", "email": "", "phone": "1"}
    )
    page = page_text(client.get(reverse("account", args=[world.handler.pk])))
    for said in ("郑改名", "责任单位", "10.0.0.5", "更正账号信息", "重置密码"):
        assert said in page
    read = page_text(as_user(world.auditor).get(reverse("account", args=[world.handler.pk])))
    assert "10.0.0.5" in read
    assert "重置密码" not in read


def test_the_list_shows_state_posts_and_factor(world, as_user):
    accounts.close_account(world.clerk, by=world.administrator, reason="离职")
    page = page_text(as_user(world.auditor).get(reverse("accounts-list"), {"q": "clerk"}))
    assert "停用" in page
    assert "企业" in page
    filtered = page_text(as_user(world.auditor).get(reverse("accounts-list"), {"role": Role.LEADER}))
    assert "陈领导" in filtered
    assert "郑承办" not in filtered


def test_posts_are_given_and_ended_with_a_reason(world, as_user):
    client = as_user(world.administrator)
    form = {"role": Role.GRID_WORKER, "jurisdiction": world.town.pk, "title": "网格员"}
    client.post(reverse("account-post", args=[world.handler.pk]), form)
    post = Post.objects.get(user=world.handler, role=Role.GRID_WORKER)
    address = reverse("account-post-end", args=[world.handler.pk, post.pk])
    assert "has-error" in page_text(client.post(address, {"reason": ""}))
    client.post(address, {"reason": "轮岗"})
    assert not Post.objects.valid_on(timezone.localdate()).filter(pk=post.pk).exists()
    assert Event.objects.get(kind="account.post_ended").reason == "轮岗"
    assert client.post(address, {"reason": "再来"}).status_code == 409
    stranger = reverse("account-post-end", args=[world.leader.pk, post.pk])
    assert client.get(stranger).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_administering_stands_alone(world, as_user, role):
    holder = world.handler if role == Role.ADMINISTRATOR else world.administrator
    post = accounts.NewPost(role, jurisdiction=world.city)
    with pytest.raises(Refused, match=r"专人担任|其他管理员"):
        accounts.give_post(holder, post, by=world.administrator)


def test_the_page_says_why_two_posts_don_t_go_together(world, as_user):
    form = {"role": Role.ADMINISTRATOR, "jurisdiction": world.city.pk}
    page = page_text(
        as_user(world.administrator).post(reverse("account-post", args=[world.handler.pk]), form)
    )
    assert "须由专人担任" in page


def test_nobody_administers_their_own_account(world, as_user):
    client = as_user(world.administrator)
    assert do(client, world.administrator, "reset-password").status_code == 409
    own = page_text(client.get(reverse("account", args=[world.administrator.pk])))
    assert "重置密码" not in own


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(world, as_user, sign_in):
    person, client = sign_in("handler"), as_user(world.administrator)
    assert do(client, world.handler, "close")["Location"] == reverse("account", args=[world.handler.pk])
    assert person.get("/desk/").status_code == 302
    assert do(client, world.handler, "close").status_code == 409
    password = lent(do(client, world.handler, "reopen"))
    assert do(client, world.handler, "reopen").status_code == 409
    assert sign_in("handler", password).get("/desk/")["Location"] == "/me/password/"


def test_a_lent_password_replaces_the_old_one(world, as_user, sign_in):
    person = sign_in("handler")
    password = lent(do(as_user(world.administrator), world.handler, "reset-password"))
    assert person.get("/desk/").status_code == 302
    assert Client().post(reverse("login"), {"username": "handler", "password": PASSWORD}).status_code == 200
    sign_in("handler", password)


def test_a_lost_telephone_is_taken_off(world, as_user, sign_in, set_up):
    set_up(sign_in("leader"))
    client = as_user(world.administrator)
    do(client, world.leader, "remove-factor")
    assert not Authenticator.objects.exists()
    assert do(client, world.leader, "remove-factor").status_code == 409
    assert events(world.leader)[-2:] == ["account.factor_reset", "account.factor_removed"]


def test_unlocking_is_an_event(world, as_user, sign_in):
    stranger = Client()
    for _time in range(5):
        stranger.post(reverse("login"), {"username": "handler", "password": "no"})
    do(as_user(world.administrator), world.handler, "unlock")
    assert not AccessAttempt.objects.exists()
    sign_in("handler")
    assert "account.unlocked" in events(world.handler)


def test_another_persons_session_is_ended(world, as_user, sign_in):
    person = sign_in("handler")
    row = SignIn.objects.get(user=world.handler)
    as_user(world.administrator).post(reverse("account-session-end", args=[row.pk]))
    assert person.get("/desk/").status_code == 302
    revoked = Event.objects.get(kind="account.revoked")
    assert revoked.actor == f"user:{world.administrator.pk}"


def test_an_unknown_act_or_session_isn_t_there(world, as_user):
    client = as_user(world.administrator)
    assert do(client, world.handler, "promote").status_code == 404
    assert client.post(reverse("account-session-end", args=[999999])).status_code == 404


def test_a_county_s_administrator_reaches_the_county(world, as_user, county_administrator):
    client = as_user(county_administrator)
    assert client.get(reverse("account", args=[world.handler.pk])).status_code == 200
    for hidden in (world.outsider, world.leader):
        assert client.get(reverse("account", args=[hidden.pk])).status_code == 404
    form = {"username": "new.one", "name": "新", "role": Role.LEADER, "jurisdiction": world.city.pk}
    assert "has-error" in page_text(client.post(reverse("account-new"), form))


def test_a_post_higher_up_protects_the_account(world, county_administrator):
    Post.objects.create(
        user=world.handler, role=Role.LEADER, jurisdiction=world.city, valid_from="2000-01-01"
    )
    with pytest.raises(Forbidden):
        accounts.reset_password(world.handler, by=county_administrator, reason="?")
    post = accounts.NewPost(Role.LEADER, jurisdiction=world.city)
    with pytest.raises(Forbidden):
        accounts.give_post(world.grid_worker, post, by=county_administrator)


def test_a_post_without_place_or_unit_is_refused():
    with pytest.raises(Refused):
        accounts.NewPost(Role.LEADER).path  # noqa: B018


def test_s07_accounts_nobody_used_are_closed(world, rule):
    User.objects.update(last_login=timezone.now())
    User.objects.filter(pk=world.clerk.pk).update(last_login=timezone.now() - timedelta(days=91))
    User.objects.filter(pk=world.leader.pk).update(last_login=None)
    assert accounts.close_unused() == 1
    world.clerk.refresh_from_db()
    assert not world.clerk.is_active
    assert Event.objects.get(kind="account.closed").actor == "system"
    rule("unused_days", 0)
    assert accounts.close_unused() == 0
