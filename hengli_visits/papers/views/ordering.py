"""Asking for a paper."""

from flask import redirect, render_template, request, url_for

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
    if not form.validate_on_submit():
        return _page(wanted, campaign, form, cases)
    if _fit(form, cases):
        return _order(wanted, campaign, form)
    _offer_anew(form, cases)
    return _page(wanted, campaign, form, cases, anew=True)


def _offer(kind: PaperKind, campaign: Campaign, form: PaperForm) -> list[Case]:
    """The cases of the place and days that are asked for; when nobody chose yet, some are ticked."""
    if kind not in rules.DOCUMENTS:
        return []
    cases = offered(session(), actor(), kind, form.wishes(campaign.id))
    form.offer(cases, proposed(cases) if request.method == "GET" or "look" in request.form else None)
    return cases


def _fit(form: PaperForm, cases: list[Case]) -> bool:
    """Whether the cases that were ticked lie in the place and days that are asked for."""
    return "cases" not in form or set(form.cases.data or ()) <= {case.id for case in cases}


def _offer_anew(form: PaperForm, cases: list[Case]) -> None:
    """The place or the days were changed after the cases had been listed: keep the ticks that fit, else propose others.
    They are read before they go into a document, so the page is shown once more."""
    kept = [case for case in cases if case.id in (form.cases.data or ())]
    form.offer(cases, kept or proposed(cases))


def _page(kind: PaperKind, campaign: Campaign, form: PaperForm, cases: list[Case], *, anew: bool = False) -> Answer:
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
        anew=anew,
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
