"""Pages of signing in and out, and of one's password."""

from flask import flash, redirect, render_template, request, session as cookie, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hengli_visits.accounts import actions, forms, queries
from hengli_visits.accounts.views.blueprint import HOME, bp, client, remember, secret
from hengli_visits.errors import Invalid
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, actor_or_none, public, safe_next, session


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in. The try is committed before the password is looked at; every refusal reads the same."""
    onward = safe_next(request.args.get("next"))
    if request.method == "GET" and actor_or_none() is not None:
        return redirect(onward or HOME)
    form = forms.SignInForm()
    if form.validate_on_submit():
        name, password, browser = form.name.data or "", form.password.data or "", client()
        attempt = actions.begin_sign_in(session(), name, password, browser, secret())
        session().commit()
        token = actions.finish_sign_in(session(), attempt, password, browser)
        session().commit()
        if token is not None:
            remember(token)
            return redirect(onward or HOME, 303)
        form.form_errors.append(_("没有登录成功。请核对手机号和密码；连续输错会暂停一会儿，请稍后再试。"))
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/sign_in.html", form=form, onward=onward), status


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this device's session. What the phone keeps unsent stays: only the cache is cleared."""
    actions.sign_out(session(), actor())
    session().commit()
    cookie.clear()
    response = redirect(url_for("accounts.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's own password. A try at the current one is committed before it is looked at."""
    form = forms.PasswordForm()
    if form.validate_on_submit():
        new, browser = form.password.data or "", client()
        try:
            actions.check_new_password(session(), actor().id, new)
            actions.begin_change(session(), actor(), secret())
            session().commit()
            token = actions.change_password(session(), actor(), form.current.data or "", new, browser, secret())
        except Invalid as error:
            session().rollback()
            refuse(form, error)
        else:
            session().commit()
            remember(token)
            flash(_("密码改好了。其他设备都已退出，需要重新登录。"), "done")
            return redirect(url_for("accounts.me"), 303)
    member = queries.get_own(session(), actor())
    known = member.account is not None and member.account.password_hash is not None
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/password.html", form=form, known=known, member=member), status
