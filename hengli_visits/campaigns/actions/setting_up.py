"""Writes of campaigns and their categories."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.campaigns import rules
from hengli_visits.campaigns.catalogue import SUBJECTS, clean_words
from hengli_visits.campaigns.queries import set_up_of
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.members.actions import create_organisation
from hengli_visits.models import (
    Campaign,
    CampaignMove,
    CampaignState,
    Category,
    Organisation,
    OrganisationKind,
    Outcome,
    Visit,
)
from hengli_visits.wording import N_

FIELDS = frozenset(
    {"name", "full_name", "theme", "notice", "starts_on", "ends_on", "counted", "claim_cap", *rules.LIMITS}
)


def create_campaign(
    session: Session,
    actor: Actor,
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    full_name: str = "",
    theme: str = "",
    notice: str = "",
    counted: Sequence[Outcome] = (Outcome.MET,),
    **limits: int,
) -> Campaign:
    """Add a campaign in preparation, with the usual categories; units that these need and that are not there yet are
    added too. `limits` are those of `rules.LIMITS`, and `claim_cap`. Refuses a name in use, an end before the start, no outcome that
    counts and limits out of bounds (`Invalid` with its field)."""
    require(rules.may_edit(actor))
    fields: dict[str, Any] = {
        "name": name, "starts_on": starts_on, "ends_on": ends_on, "full_name": full_name, "theme": theme,
        "notice": notice, "counted": list(counted), **limits,
    }  # fmt: skip
    fields = _checked(session, None, fields)
    campaign = Campaign(**fields, state=CampaignState.DRAFT, created_at=clock.now(), created_by_id=actor.recorded_id)
    session.add(campaign)
    session.flush()
    audit.record(session, actor, "campaign.create", "campaign", campaign.id)
    _add_usual_categories(session, actor, campaign)
    return campaign


def _add_usual_categories(session: Session, actor: Actor, campaign: Campaign) -> None:
    wanted = {subject.unit for subject in SUBJECTS if subject.unit}
    units = {
        unit.name: unit
        for unit in session.scalars(
            select(Organisation).where(Organisation.kind == OrganisationKind.UNIT, Organisation.name.in_(wanted))
        )
    }
    for name in sorted(wanted - units.keys()):
        units[name] = create_organisation(session, actor, kind=OrganisationKind.UNIT, name=name)
    for position, subject in enumerate(SUBJECTS, start=1):
        session.add(
            Category(
                campaign_id=campaign.id,
                name=subject.name,
                position=position,
                unit_id=units[subject.unit].id if subject.unit else None,
                by_area=subject.unit is None,
                words=clean_words(subject.words),
            )
        )
    session.flush()


def edit_campaign(session: Session, actor: Actor, campaign: Campaign, **fields: Any) -> Campaign:
    """Change name, words, dates, limits or what counts as visited; what is not given stays. Limits that were copied
    onto issues stay as they were. Refuses as `create_campaign` does, what would count visits that were made anew, and (`Conflict`) once the campaign has ended."""
    require(rules.may_edit(actor))
    if not rules.may_change_set_up(campaign.state):
        raise Conflict(N_("活动已经结束，设置不能再改。"))
    fields = _checked(session, campaign, fields)
    _refuse_recount(session, campaign, fields.get("counted", campaign.counted))
    for name, value in fields.items():
        setattr(campaign, name, value)
    session.flush()
    audit.record(session, actor, "campaign.edit", "campaign", campaign.id, fields=sorted(fields))
    return campaign


def _refuse_recount(session: Session, campaign: Campaign, counted: Sequence[str]) -> None:
    """Visits that were made stay what they were: an outcome that some of them have counts or not for good."""
    changed = set(counted) ^ set(campaign.counted)
    made = select(Visit.id).where(
        Visit.campaign_id == campaign.id, Visit.outcome.in_(changed), Visit.voided_at.is_(None)
    )
    if changed and session.scalar(made.limit(1)) is not None:
        raise Invalid(N_("已经有这样的走访记录，是否算作“已访”不能再改。"), field="counted")


def _checked(session: Session, campaign: Campaign | None, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are stored. Raises `Invalid` for what cannot be."""
    if unknown := fields.keys() - FIELDS:
        raise TypeError(f"a campaign has no {sorted(unknown)}")
    fields = dict(fields)
    if "name" in fields:
        fields["name"] = fields["name"].strip()
        own = campaign.id if campaign else 0
        if not fields["name"]:
            raise Invalid(N_("请填写活动名称。"), field="name")
        if session.scalar(select(Campaign.id).where(Campaign.name == fields["name"], Campaign.id != own)):
            raise Invalid(N_("已经有叫“%(name)s”的活动了。"), field="name", name=fields["name"])
    dates = {name: fields.get(name) or getattr(campaign, name) for name in ("starts_on", "ends_on")}
    if dates["ends_on"] < dates["starts_on"]:
        raise Invalid(N_("结束日期不能早于开始日期。"), field="ends_on")
    if "counted" in fields:
        fields["counted"] = [str(one) for one in fields["counted"]]
        if not fields["counted"]:
            raise Invalid(N_("请至少选一种算作“已访”的结果。"), field="counted")
    _refuse_unbounded(fields)
    written, circular = (
        fields.get(name, getattr(campaign, name, usual)) for name, usual in (("written_days", 1), ("circular_days", 3))
    )
    if circular <= written:
        raise Invalid(N_("要比书面督办的天数多。"), field="circular_days")
    return fields


def _refuse_unbounded(fields: dict[str, Any]) -> None:
    for name in rules.LIMITS:
        if name in fields and not 1 <= fields[name] <= rules.MOST_LIMIT:
            raise Invalid(N_("请填 1 到 %(most)s 之间的整数。"), field=name, most=rules.MOST_LIMIT)
    if not 0 <= fields.get("claim_cap", 0) <= rules.MOST_CLAIMS:
        raise Invalid(N_("请填 0 到 %(most)s 之间的整数。"), field="claim_cap", most=rules.MOST_CLAIMS)


def move_campaign(session: Session, actor: Actor, campaign: Campaign, to: CampaignState, note: str = "") -> None:
    """Start, close, archive or reopen a campaign, as the table of moves allows; leaves a move. Refuses (`Conflict`)
    when the state allows no such step, has changed meanwhile, or when something is missing for a start; (`Invalid` on
    `note`) when a reason is wanted and none given."""
    require(rules.may_edit(actor))
    step = rules.step_between(campaign.state, to)
    if step is None:
        raise Conflict(N_("活动现在是“%(state)s”，不能这样做。"), state=campaign.state)
    note = note.strip()
    if step.needs_reason and not note:
        raise Invalid(N_("请写明原因。"), field="note")
    if step.verb == rules.CampaignVerb.START and (lacks := rules.lacks(set_up_of(session, campaign.id))):
        raise Conflict(lacks[0])
    now = clock.now()
    values: dict[str, Any] = {"state": to, "closed_at": now if to == CampaignState.CLOSED else campaign.closed_at}
    if to == CampaignState.RUNNING:
        values = {"state": to, "closed_at": None, "started_at": campaign.started_at or now}
    done = session.execute(
        update(Campaign).where(Campaign.id == campaign.id, Campaign.state == step.from_state).values(values)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("刚刚已经有人改变了活动的状态，请刷新后再看。"))
    session.refresh(campaign, ["state", "started_at", "closed_at"])
    session.add(
        CampaignMove(
            campaign_id=campaign.id,
            at=now,
            actor_id=actor.recorded_id,
            from_state=step.from_state,
            to_state=to,
            note=note,
        )
    )
    session.flush()


def save_category(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    category: Category | None,
    *,
    name: str,
    words: Iterable[str] = (),
    unit_id: int | None = None,
    by_area: bool = False,
    active: bool = True,
) -> Category:
    """Add a category, last in the list (`category` None), or change one. Its lead unit is `unit_id` or, with `by_area`,
    the committee of the village concerned; `words` propose it. Refuses a name in use, and a category without a lead
    (`Invalid`); a campaign that has ended (`Conflict`)."""
    require(rules.may_edit(actor))
    if not rules.may_change_set_up(campaign.state):
        raise Conflict(N_("活动已经结束，设置不能再改。"))
    name = name.strip()
    if not name:
        raise Invalid(N_("请填写类别名称。"), field="name")
    if not by_area and unit_id is None:
        raise Invalid(N_("请选一个主办单位，或选“所在村(社区)”。"), field="unit")
    same = select(Category.id).where(Category.campaign_id == campaign.id, Category.name == name)
    if session.scalar(same.where(Category.id != (category.id if category else 0))):
        raise Invalid(N_("已经有“%(name)s”了。"), field="name", name=name)
    verb = "category.create" if category is None else "category.edit"
    if category is None:
        last = session.scalar(select(func.max(Category.position)).where(Category.campaign_id == campaign.id))
        category = Category(campaign_id=campaign.id, position=(last or 0) + 1)
        session.add(category)
    category.name, category.words, category.active = name, clean_words(words), active
    category.unit_id, category.by_area = (None, True) if by_area else (unit_id, False)
    session.flush()
    audit.record(session, actor, verb, "category", category.id)
    return category
