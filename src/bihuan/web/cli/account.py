"""`bihuan account`: the first administrator, and the way back when the last one is locked out."""

import click

from bihuan.kernel.errors import Unusable
from bihuan.kernel.people.permissions import Role


@click.group()
def account() -> None:
    """Accounts, from the machine itself."""


@account.command("new")
@click.argument("username")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(list(Role.values)), default=Role.ADMINISTRATOR.value, show_default=True
)
@click.option("--over", default="", metavar="CODE", help="Division code of the place; the city without it.")
def new(username: str, name: str, role: str, over: str) -> None:
    """Open an account for a person and print a password for one sign-in.

    USERNAME is what they type to sign in, NAME who they are.
    """
    from django.conf import settings

    from bihuan.kernel.identity.actions.accounts import NewPost, open_account
    from bihuan.kernel.places.models import Jurisdiction

    code = over or settings.BIHUAN_CITY
    place = Jurisdiction.objects.filter(code=code).first()
    if place is None:
        raise Unusable(reason=f"No place has the code {code}; load the places first: bihuan setup.")
    _user, password = open_account(username, name, post=NewPost(role, jurisdiction=place), by=None)
    click.echo(password)


@account.command("reset")
@click.argument("username")
def reset(username: str) -> None:
    """Print a new password for one sign-in; the second factor and all locks of the account are taken off."""
    from allauth.mfa.models import Authenticator

    from bihuan.kernel.identity.actions import accounts
    from bihuan.kernel.people.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise Unusable(reason=f"No account is called {username}.")
    reason = "at the machine"
    if Authenticator.objects.filter(user=user).exists():
        accounts.remove_second_factor(user, by=None, reason=reason)
    accounts.unlock(user, by=None, reason=reason)
    click.echo(accounts.reset_password(user, by=None, reason=reason))
