"""催办: who will be reminded, with which words; then it is sent."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext

from hengli_visits.assignments import actions, forms, nudges, rules, tasks, workload
from hengli_visits.assignments.nudges import Reminder, Skip
from hengli_visits.assignments.views.blueprint import Answer, bp, number, pick_campaign
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.formats import short_day, word
from hengli_visits.forms import chosen, refuse, row_id
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.models import Campaign, CampaignState

NAMED = 10
"""So many names at most stand in one message."""


def sought_loads(campaign: Campaign) -> workload.Sought:
    """Whose load the address looks for in a campaign."""
    return workload.Sought(
        campaign_id=campaign.id,
        stale_days=rules.stale_days(campaign.starts_on, campaign.ends_on),
        group_id=number("group") or None,
        which=chosen(workload.Which, request.args.get("which")) or workload.Which.ALL,
        words=request.args.get("q", "").strip(),
    )


def _campaign() -> Campaign:
    campaign = pick_campaign(_campaigns())
    if campaign is None:
        raise Missing
    return campaign


def _campaigns() -> list[Campaign]:
    return tasks.campaigns_led(session(), actor())


def _back(form: forms.NudgeForm, campaign: Campaign) -> str:
    back = safe_next(form.back.data) or safe_next(request.args.get("back"))
    return back or url_for("reports.workload", campaign=campaign.id)


def _default_words(campaign: Campaign, ids: Sequence[int]) -> str:
    day = nudges.deadline(session(), actor(), campaign, ids)
    if day is None:
        return _("请尽快安排时间走完。有难处请告诉我。")
    return _("请在%(day)s前走完。有难处请告诉我。", day=short_day(day))


def _nudge_page(campaign: Campaign, form: forms.NudgeForm, loads: Sequence[workload.Load]) -> str:
    g.way = "assignments.index"
    found = nudges.reminders(session(), actor(), campaign.id, loads)
    going = [one for one in found if one.skip is None]
    if form.words.data is None:
        form.words.data = _default_words(campaign, [one.load.member.id for one in going])
    return render_template(
        "assignments/nudge.html",
        campaign=campaign,
        running=campaign.state == CampaignState.RUNNING,
        form=form,
        going=going,
        skipped=[(why, [one for one in found if one.skip is why]) for why in Skip],
        members=" ".join(str(one.load.member.id) for one in going),
        back=_back(form, campaign),
    )


@bp.get("/assignments/nudge")
def prepare_nudge() -> Answer:
    """Who would be reminded of what they still have to visit, and what to say to them."""
    require(rules.may_assign(actor()))
    campaign = _campaign()
    form = forms.NudgeForm(formdata=None)
    sought = sought_loads(campaign)
    if request.args.get("all"):
        loads = workload.all_loads(session(), actor(), sought)
    else:
        ids = set(request.args.getlist("member", type=row_id))
        loads = workload.loads_of(session(), actor(), sought, ids)
        require(len(loads) == len(ids))
    if not loads:
        flash(_("请先勾选要提醒的人。"), "warn")
        return redirect(_back(form, campaign))
    return _nudge_page(campaign, form, loads)


@bp.post("/assignments/nudge")
@keeps_input
def nudge() -> Answer:
    """Remind members of what they still have to visit."""
    require(rules.may_assign(actor()))
    form = forms.NudgeForm()
    campaign = next((one for one in _campaigns() if one.id == form.campaign.data), None)
    if campaign is None:
        raise Missing
    sought = sought_loads(campaign)
    loads = workload.loads_of(session(), actor(), sought, form.chosen())
    require(len(loads) == len(set(form.chosen())) > 0)
    if not form.validate_on_submit():
        return _nudge_page(campaign, form, loads), 422
    try:
        told = actions.nudge(session(), actor(), campaign, form.chosen(), form.words.data or "")
    except Invalid as error:
        refuse(form, error)
        return _nudge_page(campaign, form, loads), 422
    _say(told)
    session().commit()
    return redirect(_back(form, campaign), 303)


def _say(told: actions.Nudged) -> None:
    """Say who was reminded, and who was not and why."""
    if told.done:
        flash(
            ngettext(
                "已提醒 %(num)s 人，提醒在他们的消息里。", "已提醒 %(num)s 人，提醒在他们的消息里。", len(told.done)
            ),
            "done",
        )
    for why in Skip:
        passed = [one for one in told.skipped if one.skip is why]
        if passed:
            flash(
                _("%(n)s 人没有提醒（%(why)s）：%(names)s", n=len(passed), why=word(why), names=_names(passed)), "info"
            )


def _names(passed: Sequence[Reminder]) -> str:
    names = "、".join(one.load.member.name for one in passed[:NAMED])
    return names if len(passed) <= NAMED else _("%(names)s 等", names=names)
