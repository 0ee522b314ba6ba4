"""The blueprint of accounts, and what its views share: the browser and its cookie."""

from flask import Blueprint, current_app, g, request, session as cookie

from hengli_visits.accounts import actions
from hengli_visits.accounts.rules import device_words, masked_name

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(device_words, "device_words")
bp.add_app_template_filter(masked_name, "masked_name")

HOME = "/"


def secret() -> str:
    """The key under which tries are counted."""
    return str(current_app.config["SECRET_KEY"])


def client() -> actions.Client:
    """The browser of this request."""
    return actions.Client(
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        request_id=g.request_id,
        token=cookie.get("device"),
    )


def remember(token: str) -> None:
    """Put a device's token into a cookie that holds nothing from before."""
    cookie.clear()
    cookie.permanent = True
    cookie["device"] = token
