"""Pages of sign-in cards: making them, and using one."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.accounts import actions, forms, queries, reach
from hengli_visits.accounts.qr import draw
from hengli_visits.accounts.rules import (
    CARD_LIFE,
    may_see_accounts,
)
from hengli_visits.accounts.views.blueprint import HOME, bp, client, remember
from hengli_visits.errors import Invalid, Missing
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, public, safe_next, session
from hengli_visits.models import Member


@bp.route("/cards/<token>", methods=["GET", "POST"])
@public
def card(token: str) -> ResponseReturnValue:
    """Set a password by a sign-in card. Looking at it does not use it up."""
    found = queries.find_card(session(), token)
    if found is None:
        return render_template("accounts/card_spent.html"), 410
    form = forms.NewPasswordForm()
    if form.validate_on_submit():
        try:
            device = actions.use_card(session(), token, form.password.data or "", client())
        except Invalid as error:
            refuse(form, error)
        except Missing:
            return render_template("accounts/card_spent.html"), 410
        else:
            session().commit()
            remember(device)
            flash(_("密码设好了，已经登录。"), "done")
            return redirect(HOME, 303)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/card.html", form=form, token=token, member=found.member), status


def _link(token: str) -> str:
    """The full address of a card, under the public address when one is set: never a name that a request brought."""
    base = current_app.config["VISITS"].public_url or request.host_url.rstrip("/")
    return f"{base}{url_for('accounts.card', token=token)}"


@bp.post("/members/<int:member_id>/cards")
def issue_card(member_id: int) -> ResponseReturnValue:
    """Make a sign-in card and show it, once. `back` says where the page leads back to."""
    token = actions.issue_card(session(), actor(), member_id)
    member = session().get_one(Member, member_id)
    session().commit()
    back = safe_next(request.form.get("back")) or (
        url_for("accounts.show", member_id=member_id) if may_see_accounts(actor()) else HOME
    )
    link = _link(token)
    return render_template(
        "accounts/issue_card.html", member=member, link=link, code=draw(link), until=clock.now() + CARD_LIFE, back=back
    )


@bp.post("/groups/<int:group_id>/cards")
def issue_cards(group_id: int) -> ResponseReturnValue:
    """Make cards for a whole group and show the sheet to print, once. `everyone`: also for who has a password."""
    sheet = actions.issue_cards(session(), actor(), group_id, everyone="everyone" in request.form)
    teams = reach.team_names(session(), group_id)
    session().commit()
    codes = [(member, teams.get(member.id), draw(_link(token))) for member, token in sheet.cards]
    back = safe_next(request.form.get("back")) or HOME
    return render_template(
        "accounts/issue_cards.html", sheet=sheet, codes=codes, until=clock.now() + CARD_LIFE, back=back
    )
