"""Links for residents: made by a revisitor, and the page that a resident sees."""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.accounts.qr import draw
from hengli_visits.accounts.queries import hash_token
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.extensions import csrf
from hengli_visits.forms import chosen, refuse
from hengli_visits.gate import actor, keeps_input, limited_to, public, session
from hengli_visits.issues import actions, links, queries, rules
from hengli_visits.issues.forms import LinkForm, ResidentForm
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.views.blueprint import Answer, bp, load_issue
from hengli_visits.models import Contentment, Issue, Manner, Solved

ANSWER_LIMIT = 16 * 1024
GONE = 410


def _may_revisit(issue_id: int) -> Issue:
    issue, parts = load_issue(issue_id)
    require(rules.may(rules.BY_VERB[Verb.REVISIT_CLOSE], parts))
    return issue


def _choice_page(issue: Issue, form: LinkForm) -> str:
    return render_template("issues/links.html", issue=issue, form=form, waiting=links.waiting(session(), issue))


@bp.get("/issues/<int:issue_id>/links", endpoint="links")
def choose_link(issue_id: int) -> str:
    """Make a link for the resident, and those that are about."""
    issue = _may_revisit(issue_id)
    queries.refuse_state(session(), issue, rules.BY_VERB[Verb.REVISIT_CLOSE])
    return _choice_page(issue, LinkForm())


@bp.post("/issues/<int:issue_id>/links")
@keeps_input
def make_link(issue_id: int) -> Answer:
    """Make a link and show it, once."""
    issue = _may_revisit(issue_id)
    form = LinkForm()
    if not form.validate_on_submit():
        return _choice_page(issue, form), 422
    secret = actions.make_link(session(), actor(), issue, Manner(form.manner.data))
    session().commit()
    base = current_app.config["VISITS"].public_url or request.host_url.rstrip("/")
    link = base + url_for("issues.resident", secret=secret)
    until = clock.now() + links.LIFE
    return render_template("issues/link.html", issue=issue, link=link, code=draw(link), until=until)


@bp.post("/issues/<int:issue_id>/links/<int:link_id>/removal")
def revoke_link(issue_id: int, link_id: int) -> Response:
    """Make a link worthless."""
    issue = _may_revisit(issue_id)
    if actions.revoke_link(session(), actor(), issue, link_id):
        flash(_("链接已作废。"), "done")
    else:
        flash(_("这个链接已经不能用了。"), "info")
    session().commit()
    return redirect(url_for("issues.show", issue_id=issue_id), 303)


def _told(page: str, status: int) -> Response:
    """A page behind a secret address: nobody keeps it, finds it by searching, or learns the address from a link."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _closed(*, used: bool) -> Response:
    return _told(render_template("issues/resident_closed.html", used=used), GONE)


@bp.route("/r/<secret>", methods=["GET", "POST"])
@public
@limited_to(ANSWER_LIMIT)
def resident(secret: str) -> Response:
    """A resident says whether their issue is solved and whether they are content. Looking does not use the link up; the
    secret alone is the permission, so there is no cookie and no token."""
    link = links.find(session(), hash_token(secret))
    if link is None or not links.is_good(link, link.issue):
        return _closed(used=link is not None and link.used_at is not None)
    issue, form = link.issue, ResidentForm()
    if form.validate_on_submit():
        said = chosen(Solved, form.solved.data), chosen(Contentment, form.contentment.data)
        try:
            actions.answer_link(session(), secret, *said, form.comment.data or "")
        except Invalid as error:
            refuse(form, error)
        except Missing:
            return _closed(used=link.used_at is not None)
        else:
            thanks = render_template("issues/resident_thanks.html", solved=said[0], issue=issue)
            session().commit()
            return _told(thanks, 200)
    page = render_template("issues/resident.html", issue=issue, form=form, until=link.expires_at)
    return _told(page, 422 if request.method == "POST" else 200)


csrf.exempt(resident)
