"""Asking for a paper."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.assignments.views.blueprint import campaign_chips, pick_campaign
from hengli_visits.errors import require
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Campaign, PaperKind
from hengli_visits.papers import actions, queries, rules
from hengli_visits.papers.forms import PaperForm
from hengli_visits.papers.queries.cases import Case, offered, proposed
from hengli_visits.papers.views import working
from hengli_visits.papers.views.blueprint import Answer, bp, kind_of


@bp.route("/papers/new/<kind>", methods=["GET", "POST"])
@keeps_input
def order(kind: str) -> Answer:
    """Say of which place and days a paper shall tell, and have it made."""
    wanted = kind_of(kind)
    require(rules.may_order(actor(), wanted))
    campaign = pick_campaign(queries.campaigns_for(session(), actor()))
    if campaign is None:
        return render_template("papers/none.html")
    choices = queries.choices_for(session(), actor(), wanted, campaign.id)
    form = PaperForm(wanted, choices, may_unmask=rules.may_unmask(actor(), wanted))
    cases = _offer(wanted, campaign, form)
    if "look" in request.form:
        return _page(wanted, campaign, form, cases)
    if form.validate_on_submit() and _fit(form, cases):
        return _order(wanted, campaign, form)
    return _page(wanted, campaign, form, cases)


def _offer(kind: PaperKind, campaign: Campaign, form: PaperForm) -> list[Case]:
    """The cases of the place and days that are asked for; when nobody chose yet, some are ticked."""
    if kind not in rules.DOCUMENTS:
        return []
    cases = offered(session(), actor(), kind, form.wishes(campaign.id))
    form.offer(cases, proposed(cases) if request.method == "GET" or "look" in request.form else None)
    return cases


def _fit(form: PaperForm, cases: list[Case]) -> bool:
    """Whether the cases that were ticked lie in the place and days that are asked for."""
    if "cases" not in form or set(form.cases.data or ()) <= {case.id for case in cases}:
        return True
    form.cases.errors = [_("选的事例不在现在的范围里，请重新选。")]
    return False


def _page(kind: PaperKind, campaign: Campaign, form: PaperForm, cases: list[Case]) -> Answer:
    page = render_template(
        "papers/order.html",
        kind=kind,
        form=form,
        campaign=campaign,
        chips=[
            chip | {"href": url_for("papers.order", kind=kind.value, campaign=one.id)}
            for chip, one in zip(*_campaigns(campaign), strict=False)
        ],
        cases=cases,
        notes={case.id: f"{case.village}：{case.said} → {case.done}" for case in cases},
        holds=rules.HOLDS[kind],
        by=rules.BY.get(kind),
        ledger=kind in rules.LEDGERS,
    )
    return page, 422 if form.errors else 200


def _campaigns(shown: Campaign) -> tuple[list[dict[str, object]], list[Campaign]]:
    campaigns = queries.campaigns_for(session(), actor())
    return campaign_chips("papers.index", campaigns, shown), campaigns


def _order(kind: PaperKind, campaign: Campaign, form: PaperForm) -> Answer:
    paper = actions.order(session(), actor(), form.paper_id, kind, form.wishes(campaign.id))
    many = paper.total > rules.MANY
    session().commit()
    if many:
        working.start(form.paper_id)
    else:
        working.work(session(), form.paper_id)
    return redirect(url_for("papers.show", paper_id=form.paper_id), 303)
