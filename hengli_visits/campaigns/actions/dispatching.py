"""Writes of the dispatch catalogue."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.campaigns import rules
from hengli_visits.campaigns.dispatching import Line, check
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.models import Area, Campaign, Category, DispatchRule, Organisation, OrganisationKind
from hengli_visits.wording import N_


def _refuse_archived(session: Session, actor: Actor, campaign: Campaign) -> None:
    """Who may not, and an archived campaign; the campaign's row is locked, so that no line comes in twice."""
    require(rules.may_edit(actor))
    session.refresh(campaign, ["state"], with_for_update=True)
    if not rules.may_change_catalogue(campaign.state):
        raise Conflict(N_("活动已经归档，派单目录不能再改。"))


def _check_rows(session: Session, campaign: Campaign, line: Line) -> None:
    category = session.get(Category, line.category_id)
    if category is None or category.campaign_id != campaign.id:
        raise Invalid(N_("请选择类别。"), field="category_id")
    if line.area_id is not None and session.get(Area, line.area_id) is None:
        raise Invalid(N_("请从列出的选项中选择。"), field="area_id")
    wanted = {line.lead_unit_id, *line.co_unit_ids}
    found = session.scalar(
        select(func.count(Organisation.id)).where(
            Organisation.id.in_(wanted), Organisation.kind == OrganisationKind.UNIT, Organisation.active
        )
    )
    if found != len(wanted):
        raise Invalid(N_("请选择主办单位。"), field="lead_unit_id")


def save_line(
    session: Session, actor: Actor, campaign: Campaign, rule: DispatchRule | None, line: Line
) -> DispatchRule:
    """Add a line to the catalogue (`rule` None) or change one. Issues that were dispatched keep what they have. Refuses
    a second line for the same category and area, what `check` refuses, rows that there are not (`Invalid`), and an
    archived campaign (`Conflict`)."""
    _refuse_archived(session, actor, campaign)
    check(line)
    _check_rows(session, campaign, line)
    there = DispatchRule.area_id.is_(None) if line.area_id is None else DispatchRule.area_id == line.area_id
    same = select(DispatchRule.id).where(DispatchRule.category_id == line.category_id, there)
    if session.scalar(same.where(DispatchRule.id != (rule.id if rule else 0)).limit(1)):
        raise Invalid(N_("这个类别在这个区域已经有一条，请改那一条。"), field="area_id")
    verb = "dispatch_rule.create" if rule is None else "dispatch_rule.edit"
    if rule is None:
        rule = DispatchRule()
        session.add(rule)
    _fill(rule, line)
    session.flush()
    audit.record(session, actor, verb, "dispatch_rule", rule.id)
    return rule


def _fill(rule: DispatchRule, line: Line) -> None:
    rule.category_id, rule.area_id, rule.lead_unit_id = line.category_id, line.area_id, line.lead_unit_id
    rule.co_unit_ids, rule.limit_days = list(line.co_unit_ids), line.limit_days


def remove_line(session: Session, actor: Actor, campaign: Campaign, rule: DispatchRule) -> None:
    """Take a line out of the catalogue. Refuses an archived campaign (`Conflict`)."""
    _refuse_archived(session, actor, campaign)
    session.delete(rule)
    session.flush()
    audit.record(session, actor, "dispatch_rule.remove", "dispatch_rule", rule.id, category_id=rule.category_id)


def replace_catalogue(session: Session, actor: Actor, campaign: Campaign, lines: Sequence[Line]) -> int:
    """Put these lines, which were read from a table, in the place of the whole catalogue; gives how many there are.
    Refuses an archived campaign (`Conflict`). The lines were checked when they were read."""
    _refuse_archived(session, actor, campaign)
    own = select(Category.id).where(Category.campaign_id == campaign.id)
    session.execute(
        delete(DispatchRule).where(DispatchRule.category_id.in_(own)).execution_options(synchronize_session=False)
    )
    for line in lines:
        rule = DispatchRule()
        _fill(rule, line)
        session.add(rule)
    session.flush()
    audit.record(session, actor, "dispatch_rule.replace", "campaign", campaign.id, lines=len(lines))
    return len(lines)
