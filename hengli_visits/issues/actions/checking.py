"""抽查: samples drawn, and what was found."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Forbidden, Invalid, require
from hengli_visits.issues import sampling, spot_checks
from hengli_visits.issues.entries import checked_revisit
from hengli_visits.issues.spot_checks import MOST, Wishes
from hengli_visits.models import Contentment, Issue, Solved, SpotCheck, SpotCheckItem
from hengli_visits.wording import N_


def draw_sample(session: Session, actor: Actor, wishes: Wishes, size: int) -> SpotCheck:
    """Draw at random from the ended issues that are wished for, without those in which the actor had a hand. Seed and
    population are kept, so that anybody can draw the sample again. Leaves an audit entry. Coordinators alone
    (`Missing`); refuses a size out of bounds, days in the wrong order and a population that is empty (`Invalid`)."""
    require(actor.is_coordinator)
    if not 1 <= size <= MOST:
        raise Invalid(N_("一次抽 1 到 %(most)s 件。"), field="size", most=MOST)
    if wishes.since and wishes.until and wishes.since > wishes.until:
        raise Invalid(N_("结束日期不能早于开始日期。"), field="until")
    if wishes.since and wishes.since > clock.today():
        raise Invalid(N_("开始日期不能晚于今天。"), field="since")
    ids, left_out = spot_checks.population(session, actor, wishes)
    if not ids:
        raise Invalid(
            N_("没有符合条件的已办结问题。请放宽条件。"),
            field="since" if wishes.since else "until" if wishes.until else "size",
        )
    seed = sampling.new_seed()
    drawn = sampling.draw(ids, size, seed)
    check = SpotCheck(
        drawn_by_id=actor.id,
        drawn_at=clock.now(),
        seed=seed,
        size=len(drawn),
        population=len(ids),
        wishes=wishes.written() | {"ids": ids, "left_out": left_out},
        items=[SpotCheckItem(issue_id=issue_id) for issue_id in drawn],
    )
    session.add(check)
    session.flush()
    audit.record(session, actor, "spot_check.draw", "spot_check", check.id, size=len(drawn), population=len(ids))
    return check


def record_check(
    session: Session,
    actor: Actor,
    check: SpotCheck,
    issue: Issue,
    *,
    reached: bool,
    solved: Solved | None,
    contentment: Contentment | None,
    comment: str,
) -> None:
    """Note what a resident said of an issue of a sample; the issue itself is not moved. Who was not reached may be tried
    again. Leaves an audit entry on the issue. Coordinators alone (`Missing`); refuses who had a hand in the issue
    (`Forbidden`), what is missing (`Invalid`), and an issue that somebody else has asked about already (`Conflict`)."""
    require(actor.is_coordinator)
    if spot_checks.is_own(session, actor, issue.id):
        raise Forbidden(N_("这个问题您自己反映、办理或回访过，请由别的统筹员抽查。"))
    told = checked_revisit(clock.now(), reached, solved, contentment, comment)
    mine = SpotCheckItem.spot_check_id == check.id, SpotCheckItem.issue_id == issue.id
    done = session.execute(
        update(SpotCheckItem)
        .where(*mine, or_(SpotCheckItem.checked_at.is_(None), SpotCheckItem.reached.is_(False)))
        .values(checked_at=clock.now(), checked_by_id=actor.id, reached=reached, **told)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        item = session.scalar(select(SpotCheckItem).where(*mine).options(joinedload(SpotCheckItem.checked_by)))
        require(item is not None)
        who = item.checked_by.name if item and item.checked_by else ""
        raise Conflict(N_("%(who)s已经记下了这一件的抽查结果。"), who=who)
    audit.record(session, actor, "issue.spot_check", "issue", issue.id, part="coordinator", spot_check=check.id)
