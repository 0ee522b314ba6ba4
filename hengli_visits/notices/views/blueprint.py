"""The blueprint of notices, and how its templates say things."""

from flask import Blueprint

from hengli_visits.models import Channel
from hengli_visits.notices.formats import why
from hengli_visits.notices.targets import masked

bp = Blueprint("notices", __name__)
bp.add_app_template_filter(why, "why")


@bp.app_template_filter("masked_address")
def masked_address(channel: Channel) -> str:
    """As much of a channel's address as may be shown."""
    return masked(channel.kind, channel.address)
