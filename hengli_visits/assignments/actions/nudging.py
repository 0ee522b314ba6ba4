"""催办: members are reminded of the households that they still have to visit. Nothing else moves."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.nudges import Reminder, reminders
from hengli_visits.assignments.rules import MOST_WORDS, may_assign, stale_days
from hengli_visits.assignments.workload import Sought, loads_of
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.models import Campaign, CampaignState, Nudge
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


class Nudged(NamedTuple):
    """Who was reminded, and who was not (each tells why)."""

    done: tuple[Reminder, ...]
    skipped: tuple[Reminder, ...]


def nudge(session: Session, actor: Actor, campaign: Campaign, member_ids: Collection[int], words: str = "") -> Nudged:
    """Remind members of what they still have to visit in a campaign, with a sentence of one's own. Passed over, and told
    so, is who was reminded within a day by anybody, is on leave, has nothing left, has left the group, or is the actor.
    Writes a Nudge for each and one audit entry. Missing when the actor does not answer for one of them; Conflict when
    the campaign does not run; Invalid (`words`) when the sentence is too long."""
    require(may_assign(actor))
    if len(words) > MOST_WORDS:
        raise Invalid(N_("最多%(most)s字。"), field="words", most=MOST_WORDS)
    hold_keys(session, f"nudge:{campaign.id}")
    if session.scalar(select(Campaign.state).where(Campaign.id == campaign.id)) != CampaignState.RUNNING:
        raise Conflict(N_("活动没有在进行，现在不用提醒。"))
    sought = Sought(campaign.id, stale_days(campaign.starts_on, campaign.ends_on))
    loads = loads_of(session, actor, sought, member_ids)
    require(len(loads) == len(set(member_ids)) > 0)
    found = reminders(session, actor, campaign.id, loads)
    done = tuple(one for one in found if one.skip is None)
    rows = [
        {
            "campaign_id": campaign.id,
            "member_id": one.load.member.id,
            "by_id": actor.recorded_id,
            "at": clock.now(),
            "households": one.load.left,
            "words": words,
        }
        for one in done
    ]
    if rows:
        session.execute(insert(Nudge), rows)
        members = [one.load.member.id for one in done]
        audit.record(session, actor, "nudge.send", "campaign", campaign.id, members=members)
    return Nudged(done, tuple(one for one in found if one.skip is not None))
