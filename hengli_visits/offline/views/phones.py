"""The page 走访员的手机."""

from flask import render_template, request, url_for

from hengli_visits.formats import word
from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, session
from hengli_visits.groups.queries import get_group
from hengli_visits.offline.queries import phones as queries
from hengli_visits.offline.rules import Which
from hengli_visits.offline.views.blueprint import bp


@bp.get("/groups/<int:group_id>/phones")
def phones(group_id: int) -> str:
    """When the phones of a group were last heard of, and what waits on them."""
    group = get_group(session(), actor(), group_id)
    which = chosen(Which, request.args.get("which")) or Which.ALL

    def link(number: int, which: Which = which) -> str:
        kept = None if which is Which.ALL else which.value
        return url_for("offline.phones", group_id=group_id, which=kept, page=number if number > 1 else None)

    counts = queries.count_phones(session(), group)
    page = queries.page_of_phones(session(), group, which, request.args.get("page", 1, type=row_id))
    return render_template(
        "offline/phones.html",
        group=group,
        page=page,
        which=which,
        which_chips=[
            {"href": link(1, one), "text": word(one), "count": counts[one], "current": one is which} for one in Which
        ],
        contacts=queries.contacts_of(session(), page.items),
        teams=queries.teams_of(session(), group, page.items),
        link=link,
    )
