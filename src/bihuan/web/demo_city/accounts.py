"""The accounts that `bihuan demo` prints: one for each role, with the password of the demo city."""

from bihuan.kernel.people.models import User
from bihuan.web.demo_city.world import PASSWORD, SHOWN_COUNTY

SHOWN = (
    "shiban",
    "shiban2",
    "qingdan",
    f"office{SHOWN_COUNTY}",
    f"housing{SHOWN_COUNTY}",
    "yanshou",
    "lingdao",
    "wangge",
    "qiye",
    "shenji",
    "xitong",
)


def accounts() -> list[dict[str, str]]:
    users = {
        user.username: user for user in User.objects.filter(username__in=SHOWN).prefetch_related("posts")
    }
    return [
        {
            "role": users[username].posts.all()[0].role,
            "username": username,
            "password": PASSWORD,
            "name": users[username].name,
        }
        for username in SHOWN
        if username in users
    ]
