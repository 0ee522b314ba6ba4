"""Pages of groups and teams."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.campaigns.queries import get_campaign
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import kept_filters, refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.groups import actions, queries, rules
from hengli_visits.groups.forms import GroupForm, PeopleForm, StandInForm
from hengli_visits.groups.stand_ins import leading, possible_stand_ins
from hengli_visits.groups.uncovered import uncovered_areas
from hengli_visits.households.queries import villages
from hengli_visits.members.queries import facets
from hengli_visits.models import Campaign, Group

bp = Blueprint("groups", __name__)
Answer = str | tuple[str, int] | Response
FILTERS = ("q", "branch", "area", "free", "leaders")


@bp.before_request
def _way() -> None:
    g.way = "campaigns.index"


@bp.get("/campaigns/<int:campaign_id>/groups")
def index(campaign_id: int) -> str:
    """The groups of a campaign with their teams."""
    campaign = get_campaign(session(), actor(), campaign_id)
    rows = queries.tree(session(), actor(), campaign_id)
    may_edit = rules.may_edit(actor()) and may_change_set_up(campaign.state)
    open_areas = uncovered_areas(session(), campaign_id) if may_edit else []
    return render_template(
        "groups/index.html",
        campaign=campaign,
        rows=rows,
        total=queries.Figures().with_([row.figures for row in rows]),
        may_edit=may_edit,
        open_areas=len(open_areas),
        unplaced=sum(len(one.member_ids) for one in open_areas),
    )


@bp.get("/groups/<int:group_id>")
def show(group_id: int) -> str:
    """One group or team: leaders, teams, members."""
    group = queries.get_group(session(), actor(), group_id)
    words = request.args.get("q", "")
    page = queries.page_of_members(session(), group, words, request.args.get("page", 1, type=row_id))
    is_open = may_change_set_up(group.campaign.state)
    return render_template(
        "groups/show.html",
        group=group,
        page=page,
        words=words,
        households=queries.households_of(session(), group, page.items),
        teams=queries.teams_of(session(), group) if group.parent_id is None else (),
        holding=queries.count_holding(session(), group),
        may_run=rules.may_run(actor(), group) and is_open,
        may_add_teams=rules.may_add_teams(actor(), group) and is_open,
        may_name_leaders=rules.may_name_leaders(actor(), group),
        leading=leading(session(), group),
        is_open=is_open,
        link=lambda number: url_for("groups.show", group_id=group_id, q=words or None, page=number),
    )


@bp.route("/campaigns/<int:campaign_id>/groups/new", methods=["GET", "POST"])
@keeps_input
def new(campaign_id: int) -> Answer:
    """Add a group, or with `parent` a team to a group."""
    campaign = get_campaign(session(), actor(), campaign_id)
    parent_id = request.args.get("parent", type=row_id)
    parent = queries.get_group(session(), actor(), parent_id) if parent_id else None
    require(rules.may_edit(actor()) if parent is None else rules.may_add_teams(actor(), parent))
    preset = {"name": queries.next_name(session(), campaign, parent)}
    form = GroupForm(villages(session()), data=preset | {"areas": [area.id for area in parent.areas] if parent else []})
    if form.validate_on_submit():
        try:
            made = actions.create_group(
                session(), actor(), campaign, form.name.data or "", parent=parent, areas=form.chosen_areas
            )
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已建立，接下来加人。", name=made.name), "done")
            return redirect(url_for("groups.show", group_id=made.id), 303)
    return _form_page(form, campaign, None, parent)


def _form_page(form: GroupForm, campaign: Campaign, group: Group | None, parent: Group | None) -> Answer:
    places = group is None or rules.may_place(actor(), group)
    page = render_template("groups/edit.html", form=form, campaign=campaign, group=group, parent=parent, places=places)
    return page, 422 if form.errors else 200


@bp.route("/groups/<int:group_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit(group_id: int) -> Answer:
    """Rename a group or team, or say which villages it covers."""
    group = queries.get_group(session(), actor(), group_id)
    require(rules.may_run(actor(), group))
    form = GroupForm(villages(session()), data={"name": group.name, "areas": [area.id for area in group.areas]})
    if form.validate_on_submit():
        try:
            areas = form.chosen_areas if rules.may_place(actor(), group) else None
            actions.edit_group(session(), actor(), group, name=form.name.data or "", areas=areas)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已保存。", name=form.name.data), "done")
            return redirect(url_for("groups.show", group_id=group_id), 303)
    return _form_page(form, group.campaign, group, group.parent)


@bp.post("/groups/<int:group_id>/removal")
def remove(group_id: int) -> Response:
    """Delete a group or team that was never used."""
    group = queries.get_group(session(), actor(), group_id)
    name, campaign_id = group.name, group.campaign_id
    actions.remove_group(session(), actor(), group)
    session().commit()
    flash(_("“%(name)s”已删除。", name=name), "done")
    return redirect(url_for("groups.index", campaign_id=campaign_id), 303)


@bp.get("/groups/<int:group_id>/roster")
def roster(group_id: int) -> Answer:
    """Pick people of the roster for a group."""
    return _roster(queries.get_group(session(), actor(), group_id), PeopleForm(formdata=None))


def _roster(group: Group, form: PeopleForm) -> Answer:
    args = request.args
    leading = args.get("leaders") == "1" or request.endpoint == "groups.add_leader"
    require(rules.may_name_leaders(actor(), group) if leading else rules.may_run(actor(), group))
    wanted = queries.Wanted(
        text=args.get("q", ""),
        branch_id=args.get("branch", type=row_id),
        area_id=args.get("area", type=row_id),
        free=args.get("free") == "1",
        leading=leading,
    )
    page, places = queries.page_of_roster(session(), actor(), group, wanted, args.get("page", 1, type=row_id))
    kept = kept_filters(*FILTERS)
    picked = [member for member in form.member.data or [] if isinstance(member, int)]
    return render_template(
        "groups/roster.html",
        group=group,
        form=form,
        page=page,
        places=places,
        wanted=wanted,
        picked=picked,
        kept=kept,
        facets=facets(session()),
        link=lambda number: url_for("groups.roster", group_id=group.id, page=number, **kept),  # type: ignore[arg-type]
    ), 422 if form.errors else 200


@bp.post("/groups/<int:group_id>/members")
@keeps_input
def add_members(group_id: int) -> Answer:
    """Make the picked people members of a group."""
    group = queries.get_group(session(), actor(), group_id)
    require(rules.may_run(actor(), group))
    form = PeopleForm()
    if not form.validate_on_submit():
        return _roster(group, form)
    try:
        count = actions.add_members(session(), actor(), group, form.member.data or [])
    except Invalid as error:
        refuse(form, error)
        return _roster(group, form)
    session().commit()
    flash(_("%(n)s 人已加入“%(name)s”。", n=count, name=group.name), "done")
    return redirect(url_for("groups.show", group_id=group_id), 303)


@bp.post("/groups/<int:group_id>/members/<int:member_id>/leave")
def leave(group_id: int, member_id: int) -> Response:
    """Take somebody out of a group; their households wait to be given to others."""
    group = queries.get_group(session(), actor(), group_id)
    actions.leave(session(), actor(), group, member_id)
    left = queries.count_households(session(), group, member_id)
    session().commit()
    if left:
        flash(_("已移出。名下还有 %(n)s 户没走访，请重新分派。", n=left), "warn")
    else:
        flash(_("已移出。"), "done")
    return redirect(url_for("groups.show", group_id=group_id), 303)


@bp.post("/groups/<int:group_id>/leaders")
@keeps_input
def add_leader(group_id: int) -> Answer:
    """Make the picked people leaders of a group."""
    group = queries.get_group(session(), actor(), group_id)
    require(rules.may_name_leaders(actor(), group))
    form = PeopleForm()
    if not form.validate_on_submit():
        return _roster(group, form)
    try:
        for member_id in form.member.data or []:
            actions.add_leader(session(), actor(), group, member_id)
    except Invalid as error:
        refuse(form, error)
        return _roster(group, form)
    session().commit()
    flash(_("“%(name)s”的带队人已更新。", name=group.name), "done")
    return redirect(url_for("groups.show", group_id=group_id), 303)


@bp.post("/groups/<int:group_id>/leaders/<int:grant_id>/end")
def end_leader(group_id: int, grant_id: int) -> Response:
    """End a leader's role."""
    group = queries.get_group(session(), actor(), group_id)
    actions.end_leader(session(), actor(), group, grant_id)
    session().commit()
    flash(_("已不再带队。"), "done")
    return redirect(url_for("groups.show", group_id=group_id), 303)


@bp.route("/groups/<int:group_id>/leaders/<int:grant_id>/stand-in", methods=["GET", "POST"])
@keeps_input
def stand_in(group_id: int, grant_id: int) -> Answer:
    """Name somebody who leads the group while one of its leaders is on leave."""
    group = queries.get_group(session(), actor(), group_id)
    require(rules.may_name_leaders(actor(), group))
    grant = next((grant for grant in group.leader_grants if grant.id == grant_id), None)
    if grant is None:
        raise Missing
    form = StandInForm(possible_stand_ins(session(), actor(), group))
    told, name = leading(session(), group), grant.member.name
    if form.validate_on_submit():
        try:
            actions.name_stand_in(session(), actor(), group, grant.member_id, form.member.data)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已请人代理，%(name)s回来后自动结束。", name=name), "done")
            return redirect(url_for("groups.show", group_id=group_id), 303)
    page = render_template("groups/stand_in.html", group=group, grant=grant, leading=told, form=form)
    return page, 422 if form.errors else 200
