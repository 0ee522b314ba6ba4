"""The even share-out: preview, applying, undoing."""

from uuid import UUID, uuid4

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments import actions, forms, preview, queries, roster, rules, tasks
from hengli_visits.assignments.views.blueprint import Answer, bp
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Missing, require
from hengli_visits.gate import actor, keeps_input, session


def _share_out_page(form: forms.ShareOutForm, stale: bool = False) -> str:
    """The choice of groups and, when there is one, the preview."""
    g.way = "assignments.index"
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    campaign = next((c for c in campaigns if c.id == form.campaign.data), campaigns[0] if campaigns else None)
    if campaign is None:
        raise Missing
    groups = roster.led_groups(session(), actor(), campaign.id)
    whole = roster.heads(groups)
    if len(whole) == 1 and not form.group.data:
        form.group.data = [whole[0].id]
    picked = form.group.data or []
    return render_template(
        "assignments/share_out.html",
        form=form,
        campaign=campaign,
        campaigns=campaigns,
        groups=whole + [group for group in groups if group not in whole and group.id in picked],
        waiting=roster.waiting_counts(session(), actor(), campaign.id, groups),
        preview=preview.preview(session(), actor(), campaign.id, picked, pairs=form.pairs) if picked else None,
        open=may_change_set_up(campaign.state),
        without_group=queries.without_group(session(), campaign.id) if rules.may_target(actor()) else 0,
        stale=stale,
    )


@bp.get("/assignments/share-out")
def share_out() -> str:
    """Choose groups for an even share-out and look at what it would do."""
    require(rules.may_assign(actor()))
    return _share_out_page(forms.ShareOutForm(request.args, meta={"csrf": False}))


@bp.post("/assignments/share-out")
@keeps_input
def apply_share_out() -> Answer:
    """Give the households as the preview showed; another preview when it would be different now."""
    require(rules.may_assign(actor()))
    form = forms.ShareOutForm()
    if not form.validate_on_submit():
        return _share_out_page(form), 422
    campaign_id = form.campaign.data or 0
    groups = form.group.data or []
    require(set(groups) <= {group.id for group in roster.led_groups(session(), actor(), campaign_id)})
    found = preview.preview(session(), actor(), campaign_id, groups, pairs=form.pairs)
    if not found.plan or found.digest != form.digest.data:
        return _share_out_page(form, stale=True), 409
    batch = uuid4()
    nobody: dict[int, tuple[int, ...]] = dict.fromkeys(found.plan, ())
    actions.give_each(session(), actor(), found.plan, due_on=form.due_on.data, batch=batch, seen=nobody)
    session().commit()
    return redirect(url_for("assignments.shared_out", batch=batch), 303)


@bp.get("/assignments/share-out/<uuid:batch>")
def shared_out(batch: UUID) -> str:
    """What a share-out did, with its undoing."""
    require(rules.may_assign(actor()))
    g.way = "assignments.index"
    found = queries.get_batch(session(), actor(), batch)
    return render_template("assignments/shared_out.html", batch=batch, found=found)


@bp.post("/assignments/share-out/<uuid:batch>/undo")
def undo_share_out(batch: UUID) -> Response:
    """Take a whole share-out back."""
    require(rules.may_assign(actor()))
    found = queries.get_batch(session(), actor(), batch)
    count = actions.undo_batch(session(), actor(), batch)
    session().commit()
    flash(_("已撤销，%(n)s 户恢复原样。", n=count), "done")
    return redirect(url_for("assignments.share_out", campaign=found.campaign_id), 303)
