"""走访单: walk lists on paper."""

from collections.abc import Sequence

from flask import g, render_template, request, url_for

from hengli_visits import clock
from hengli_visits.assignments import forms, roster, rules, sheets
from hengli_visits.assignments.rounds import my_campaigns
from hengli_visits.assignments.views.blueprint import Answer, bp, campaign_chips, number, pick_campaign
from hengli_visits.errors import Missing, require
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.models import Campaign, CampaignState, Outcome


def _home() -> str:
    leads = rules.may_assign(actor()) and not rules.starts_with_round(actor())
    return "assignments.index" if leads else "assignments.mine"


def _campaigns() -> tuple[Campaign | None, list[Campaign]]:
    """The campaign that the address names, or the first, of those in which the actor may print; and all of these."""
    require(rules.may_assign(actor()) or rules.may_visit(actor()))
    g.way = _home()
    campaigns = sheets.sheet_campaigns(session(), actor())
    return pick_campaign(campaigns), campaigns


def _groups(campaign: Campaign) -> tuple[list[tuple[int, str]], int | None]:
    """The groups that the actor leads there, and the one that the address names (else the first)."""
    groups = [(group.id, group.name) for group in roster.led_groups(session(), actor(), campaign.id)]
    asked = number("group")
    require(asked is None or asked in dict(groups))
    return groups, asked if asked is not None else next((id_ for id_, _name in groups), None)


def _choice_page(campaign: Campaign, campaigns: Sequence[Campaign], form: forms.SheetForm) -> str:
    """Whose sheets to print: of one group and its teams, and one's own."""
    groups, group_id = _groups(campaign)
    parties = sheets.parties(session(), sheets.printable(actor(), campaign.id, group_id))
    return render_template(
        "assignments/sheets.html",
        campaign=campaign,
        campaign_chips=campaign_chips("assignments.sheets", campaigns, campaign),
        form=form,
        groups=groups,
        group_id=group_id,
        parties=parties,
        picked=form.pair.data or ([parties[0].key] if len(parties) == 1 else []),
        keys_in=_keys_in(campaign, groups),
        back=url_for(_home()),
    )


def _keys_in(campaign: Campaign, groups: Sequence[tuple[int, str]]) -> bool:
    """Whether the actor may enter sheets that come back: they lead there, or visit while the campaign runs."""
    if campaign.state == CampaignState.DRAFT:
        return False
    leads = any(id_ in actor().led_groups for id_, _name in groups)
    return leads or campaign in my_campaigns(session(), actor())


@bp.get("/assignments/sheets", endpoint="sheets")
def choose_sheets() -> str:
    """Choose whose walk lists to print."""
    campaign, campaigns = _campaigns()
    if campaign is None:
        return render_template("assignments/sheets.html", campaign=None, back=url_for(_home()))
    return _choice_page(campaign, campaigns, forms.SheetForm(formdata=None))


@bp.post("/assignments/sheets")
@keeps_input
def sheet() -> Answer:
    """The walk lists themselves, to be printed at once: made by POST, for each printing is noted."""
    campaign, campaigns = _campaigns()
    if campaign is None:
        raise Missing
    form = forms.SheetForm()
    if not form.validate_on_submit():
        return _choice_page(campaign, campaigns, form), 422
    asked = {sheets.read_pair(text) for text in form.pair.data or ()}
    scope = sheets.printable(actor(), campaign.id, _groups(campaign)[1])
    chosen = [party for party in sheets.parties(session(), scope) if party.pair in asked]
    require(bool(chosen))
    made = sheets.sheets(session(), scope, chosen, every=bool(form.every.data))
    sheets.note_printing(session(), actor(), campaign, made)
    page = render_template(
        "assignments/sheet.html",
        campaign=campaign,
        made=made,
        outcomes=list(Outcome),
        printed_at=clock.town_time(clock.now()),
        back=safe_next(request.form.get("back")) or url_for("assignments.sheets", campaign=campaign.id),
    )
    session().commit()
    return page
