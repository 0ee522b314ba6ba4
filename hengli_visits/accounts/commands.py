"""Commands for accounts: the first administrator, and a card for who cannot get one otherwise."""

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from sqlalchemy import select

from hengli_visits import clock
from hengli_visits.accounts.actions import grant_role, issue_card
from hengli_visits.accounts.rules import sign_in_name
from hengli_visits.actor import SYSTEM
from hengli_visits.extensions import db
from hengli_visits.models import Member, Role
from hengli_visits.search import sound

LOCAL = "http://127.0.0.1:8000"

group = AppGroup("account", help="Accounts: the first administrator, sign-in cards.")


def _find(phone: str) -> Member | None:
    return db.session.scalars(select(Member).where(Member.phone == sign_in_name(phone))).one_or_none()


def _print_card(member: Member, base: str | None) -> None:
    token = issue_card(db.session(), SYSTEM, member.id)
    db.session.commit()
    with current_app.test_request_context():
        path = url_for("accounts.card", token=token)
    click.echo(f"{member.name}: open this link once, within 24 hours, and set a password.")
    click.echo(f"{(base or current_app.config['VISITS'].public_url or LOCAL).rstrip('/')}{path}")


@group.command("administrator")
@click.argument("phone")
@click.option("--name", help="Puts the person on the roster when the phone number is not on it yet.")
@click.option("--base", help=f"The address of this installation, when PUBLIC_URL is not set [{LOCAL}].")
def administrator(phone: str, name: str | None, base: str | None) -> None:
    """Make the member with this phone number an administrator and print a sign-in card."""
    member = _find(phone)
    if member is None:
        number = sign_in_name(phone)
        if name is None:
            raise click.ClickException(f"Nobody on the roster has the number {number}. Say who it is: --name 姓名")
        if not number.isdigit():
            raise click.ClickException(f"{number} is no phone number.")
        plain = "".join(name.split())
        pinyin, initials = sound(plain)
        now = clock.now()
        member = Member(
            name=plain, pinyin=pinyin, initials=initials, phone=number, created_at=now, updated_at=now, active=True
        )
        db.session.add(member)
        db.session.flush()
    grant_role(db.session(), SYSTEM, member.id, Role.ADMINISTRATOR)
    _print_card(member, base)


@group.command("card")
@click.argument("phone")
@click.option("--base", help=f"The address of this installation, when PUBLIC_URL is not set [{LOCAL}].")
def card(phone: str, base: str | None) -> None:
    """Print a sign-in card for the member with this phone number."""
    member = _find(phone)
    if member is None:
        raise click.ClickException(f"Nobody on the roster has the number {sign_in_name(phone)}.")
    _print_card(member, base)
