"""Pages of signing in and of one's own account."""

from flask import Blueprint, redirect, session as cookie, url_for
from werkzeug import Response

from hengli_visits.gate import public

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    """The sign-in page."""
    return "sign in"


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this device's session."""
    cookie.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/password")
def password() -> str:
    """The change of one's own password."""
    return "password"
