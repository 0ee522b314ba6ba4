"""Pages for administering accounts and roles."""

from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from hengli_visits.accounts import actions, forms, queries, tries
from hengli_visits.accounts.grants import places, scope_choices
from hengli_visits.accounts.rules import (
    SCOPES,
    AccountState,
    account_state,
    grantable,
    may_grant,
    may_manage,
    may_see_accounts,
)
from hengli_visits.accounts.views.blueprint import bp, secret
from hengli_visits.errors import require
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.models import Member, Role
from hengli_visits.wording import Word

Vocabulary = TypeVar("Vocabulary", bound=Word)


def _pick(vocabulary: type[Vocabulary], text: str | None) -> Vocabulary | None:
    return next((word for word in vocabulary if word.value == text), None)


@bp.get("/accounts")
def index() -> str:
    """The roster with accounts and roles."""
    require(may_see_accounts(actor()))
    wanted = queries.Wanted(
        text=request.args.get("q", "")[:40],
        role=_pick(Role, request.args.get("role")),
        state=_pick(AccountState, request.args.get("state")),
    )
    paused = tries.paused_members(session(), secret())
    number = request.args.get("page", 1, type=row_id)
    page = queries.page_of_accounts(session(), actor(), wanted, number, paused)
    states = {member.id: account_state(member, paused.get(member.id)) for member in page.items}
    kept = {"q": wanted.text or None, "role": wanted.role, "state": wanted.state}
    return render_template(
        "accounts/index.html",
        page=page,
        wanted=wanted,
        states=states,
        every_state=AccountState,
        every_role=Role,
        link=lambda n, **other: url_for("accounts.index", page=n if n > 1 else None, **(kept | other)),
    )


def _show(member: Member, form: forms.GrantForm | None) -> str:
    paused = tries.pauses(session(), [member.id], secret()).get(member.id)
    roles = frozenset(grant.role for grant in member.grants)
    return render_template(
        "accounts/show.html",
        member=member,
        state=account_state(member, paused),
        paused=paused,
        places=[(place, may_grant(actor(), place.role, place.group_id)) if place.role else (place, False)
                for place in places(session(), member.id)],
        devices=queries.live_devices(session(), member.id),
        card=queries.latest_card(session(), member.id),
        manageable=may_manage(actor(), roles),
        grantable=grantable(actor()),
        form=form,
    )  # fmt: skip


def _managed(member_id: int, text: str) -> ResponseReturnValue:
    """Commit and say so; to those who changed their own account also that they have to sign in again."""
    session().commit()
    own = member_id == actor().id
    if own and all(device.id != actor().device_id for device in queries.live_devices(session(), member_id)):
        text = text + _("您的角色或设备变了，请重新登录。")
    flash(text, "done")
    return redirect(url_for("accounts.show", member_id=member_id), 303)


def _grant_form(chosen: str | None) -> forms.GrantForm:
    role = _pick(Role, chosen)
    scopes = scope_choices(session(), role) if role in grantable(actor()) and role is not None else []
    return forms.GrantForm(grantable(actor()), scopes, role=chosen)


@bp.get("/accounts/<int:member_id>")
def show(member_id: int) -> str:
    """One account; `?role=…` opens the form that gives this role."""
    member = queries.get_member(session(), actor(), member_id)
    chosen = request.args.get("role")
    return _show(member, _grant_form(chosen) if chosen in grantable(actor()) else None)


@bp.post("/accounts/<int:member_id>/grants")
def grant(member_id: int) -> ResponseReturnValue:
    """Give a role."""
    member = queries.get_member(session(), actor(), member_id)
    form = _grant_form(request.form.get("role"))
    if not form.validate_on_submit():
        return _show(member, form), 422
    role = Role(form.role.data)
    column = SCOPES[role]
    actions.grant_role(session(), actor(), member_id, role, **({column: form.scope.data} if column else {}))
    return _managed(member_id, _("角色已设置。"))


@bp.post("/accounts/<int:member_id>/grants/<int:grant_id>/end")
def end_grant(member_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    member = queries.get_member(session(), actor(), member_id)
    require(grant_id in {row.id for row in member.grants})
    actions.end_grant(session(), actor(), grant_id)
    return _managed(member_id, _("角色已取消。"))


@bp.post("/accounts/<int:member_id>/disable")
def disable(member_id: int) -> ResponseReturnValue:
    """Shut a member out."""
    actions.disable(session(), actor(), member_id)
    return _managed(member_id, _("账号已停用，所有设备都已退出。"))


@bp.post("/accounts/<int:member_id>/enable")
def enable(member_id: int) -> ResponseReturnValue:
    """Let a member in again."""
    actions.enable(session(), actor(), member_id)
    return _managed(member_id, _("账号已启用。"))


@bp.post("/accounts/<int:member_id>/unlock")
def unlock(member_id: int) -> ResponseReturnValue:
    """End a pause after wrong tries."""
    actions.unlock(session(), actor(), member_id, secret())
    return _managed(member_id, _("暂停已解除，现在就可以登录。"))


@bp.post("/accounts/<int:member_id>/devices/end")
def end_devices(member_id: int) -> ResponseReturnValue:
    """Sign a member out everywhere."""
    ended = actions.end_all_devices(session(), actor(), member_id)
    return _managed(member_id, ngettext("已退出 %(num)d 台设备。", "已退出 %(num)d 台设备。", ended))
