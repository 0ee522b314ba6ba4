"""我的: one's own roles, preferences and devices."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _, ngettext

from hengli_visits.accounts import actions, forms, queries
from hengli_visits.accounts.grants import places
from hengli_visits.accounts.views.blueprint import bp
from hengli_visits.gate import actor, session
from hengli_visits.models import Language, TextSize


@bp.get("/me")
def me() -> str:
    """我的: roles, text size and language, devices, password, signing out."""
    return _me(forms.preferences(actor()))


def _me(form: forms.PreferencesForm) -> str:
    devices = queries.live_devices(session(), actor().id)
    return render_template("accounts/me.html", form=form, places=places(session(), actor().id), devices=devices)


@bp.post("/me/preferences")
def preferences() -> ResponseReturnValue:
    """Keep text size and language; the next page has them."""
    form = forms.PreferencesForm()
    if not form.validate_on_submit():
        return _me(form), 422
    language = Language(form.language.data)
    actions.prefer(session(), actor(), TextSize(form.text_size.data), language)
    session().commit()
    with force_locale(language.value):
        flash(_("已保存。"), "done")
    return redirect(url_for("accounts.me"), 303)


@bp.post("/me/devices/<uuid:device_id>/end")
def end_device(device_id: uuid.UUID) -> ResponseReturnValue:
    """Sign one of one's own devices out."""
    actions.end_device(session(), actor(), device_id)
    session().commit()
    flash(_("那台设备已退出登录。"), "done")
    return redirect(url_for("accounts.me"), 303)


@bp.post("/me/devices/end-others")
def end_others() -> ResponseReturnValue:
    """Sign all of one's own devices out but this one."""
    ended = actions.end_other_devices(session(), actor())
    session().commit()
    flash(ngettext("已退出 %(num)d 台设备。", "已退出 %(num)d 台设备。", ended), "done")
    return redirect(url_for("accounts.me"), 303)
