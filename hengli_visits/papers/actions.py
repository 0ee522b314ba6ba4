"""Ordering a paper, writing its file, saying that it is there; keeping templates."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, DomainError, Invalid, Missing, require
from hengli_visits.exports.tables import Frame, Made
from hengli_visits.exports.writing import write_xlsx
from hengli_visits.models import Campaign, Paper, PaperKind, PaperState, PaperTemplate
from hengli_visits.papers import queries, rules
from hengli_visits.papers.queries.document import content_of
from hengli_visits.papers.queries.heading import Heading, heading_of
from hengli_visits.papers.standard import standard
from hengli_visits.papers.template import asks_for_something, check, fill
from hengli_visits.papers.wishes import Wishes, read
from hengli_visits.wording import N_

Told = Callable[[int], None]
KEPT = timedelta(days=90)
"""So long the list remembers what was ordered; the audit trail remembers longer."""
NO_PLACEHOLDER = N_("这份模板里没有占位符，每次生成的内容都会一样。确实要用，请勾选这一项，再选一次文件。")
SIGNED = ("审核", "负责人")


def order(session: Session, actor: Actor, paper_id: UUID, kind: PaperKind, wishes: Wishes) -> Paper:
    """Note that the actor wants a paper; the same order sent twice is one. Raises `Missing` for who may not have it, or
    whole names in it, and `Conflict` when the id is somebody else's."""
    require(rules.may_order(actor, kind))
    require(wishes.purpose is None or rules.may_unmask(actor, kind))
    there = queries.find(session, paper_id)
    if there is not None:
        if there.ordered_by_id != actor.id:
            raise Conflict(N_("这份报表已经有人生成过，请重新打开这一页。"))
        return there
    session.execute(delete(Paper).where(Paper.ordered_by_id == actor.id, Paper.ordered_at < clock.now() - KEPT))
    paper = Paper(
        id=paper_id,
        kind=kind,
        campaign_id=wishes.campaign_id,
        wishes=wishes.told(),
        total=queries.count_of(session, actor, kind, wishes),
        ordered_at=clock.now(),
        ordered_by_id=actor.id,
    )
    session.add(paper)
    told = {name: value for name, value in wishes.told().items() if name not in ("preface", "cases", "purpose")}
    audit.record(
        session, actor, "paper.order", "paper", paper_id, kind=kind.value, masked=wishes.purpose is None,
        purpose=wishes.purpose, cases=list(wishes.cases or ()), **told,
    )  # fmt: skip
    session.flush()
    return paper


def write(session: Session, actor: Actor, paper: Paper, path: Path, told: Told) -> int:
    """Write the file of a paper as the actor may see it now, and return how many rows it has (a document: 0). Nothing is
    written to the database. Raises `Missing` for who may not have it any more."""
    wishes = read(paper.wishes)
    require(rules.may_order(actor, paper.kind))
    require(wishes.purpose is None or rules.may_unmask(actor, paper.kind))
    heading = heading_of(session, actor, paper.campaign, wishes)
    if paper.kind in rules.DOCUMENTS:
        own = queries.template_of(session, paper.kind)
        content = content_of(session, actor, paper.kind, paper.campaign, wishes, heading)
        fill(own.content if own else standard(paper.kind), content, path)
        return 0
    ledger = queries.table_of(session, actor, paper.kind, wishes)
    now = clock.town_time(clock.now()).replace(tzinfo=None)
    made = Made(title_of(paper.kind, paper.campaign), actor.name, now, paper.kind.label)
    lines = _lines(heading, made, paper.kind, wishes, ledger.note)
    return write_xlsx(ledger.table, made, path, Frame(lines, ledger.totals, ledger.sums, SIGNED), told)


def title_of(kind: PaperKind, campaign: Campaign) -> str:
    """What a paper is called."""
    return f"“{campaign.name}”活动{kind.label}"


HIDDEN = "姓名、门牌和电话已隐去；填写的文字照录，只遮盖手机号，可能含个人信息"
AS_TYPED = "填写的文字照录，只遮盖手机号，可能含个人信息"


def _lines(heading: Heading, made: Made, kind: PaperKind, wishes: Wishes, note: str) -> list[str]:
    """What stands under the title: of what it tells, who made it when, what is hidden or that nothing is, and how its
    figures are to be read."""
    typed = "" if kind in rules.REPORTS else AS_TYPED
    hidden = HIDDEN if kind in rules.WITH_RESIDENTS else typed
    first = (f"单位：{heading.unit}", f"范围：{heading.place}", f"期间：{heading.period}")
    second = (f"制表：{made.who}", f"生成时间：{made.at:%Y-%m-%d %H:%M}", hidden if wishes.purpose is None else "")
    lines = ["　　".join(filter(None, parts)) for parts in (first, second)]
    if wishes.purpose is not None:
        purpose = rules.purpose_of(wishes.purpose)
        lines.append(f"本表含住户姓名、门牌和电话。用途：{purpose}；领取人：{made.who}。只给需要的人，用后妥善保管。")
    return [*lines, note] if note else lines


def finish(session: Session, paper_id: UUID, *, rows: int, size: int) -> bool:
    """Say that the file of a paper is there; False: nobody waits for it any more."""
    values = {"state": PaperState.READY, "done_at": clock.now(), "size": size, "total": rows}
    return _end(session, paper_id, values)


def fail(session: Session, paper_id: UUID, why: DomainError) -> bool:
    """Say why there is no file."""
    failure = {"message": why.message, "params": {key: str(value) for key, value in why.params.items()}}
    return _end(session, paper_id, {"state": PaperState.FAILED, "done_at": clock.now(), "failure": failure})


def _end(session: Session, paper_id: UUID, values: dict[str, object]) -> bool:
    waiting = update(Paper).where(Paper.id == paper_id, Paper.state == PaperState.WORKING)
    done = session.execute(waiting.values(values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult


def note_fetched(session: Session, actor: Actor, paper: Paper) -> None:
    """Note that the actor takes a file away. Raises `Conflict` when there is none (any more)."""
    if paper.state is not PaperState.READY or rules.is_over(paper.done_at, clock.now()):
        raise Conflict(N_("这份文件已经删除，请重新生成。"))
    paper.fetched_at = clock.now()
    audit.record(
        session, actor, "paper.fetch", "paper", paper.id, kind=paper.kind.value, rows=paper.total,
        masked=paper.wishes.get("purpose") is None, purpose=paper.wishes.get("purpose"),
    )  # fmt: skip


def remove(session: Session, actor: Actor, paper: Paper) -> None:
    """Take a paper off the list; the audit trail keeps who had it."""
    audit.record(session, actor, "paper.remove", "paper", paper.id, kind=paper.kind.value)
    session.delete(paper)
    session.flush()


def replace_template(
    session: Session, actor: Actor, kind: PaperKind, name: str, content: bytes, *, anyway: bool = False
) -> None:
    """Make documents of a kind of the office's own .docx from now on. Raises `Invalid` with a sentence for one that
    cannot be used, or that has no placeholder unless it is wanted `anyway`; `Missing` for who may not."""
    require(rules.may_keep_templates(actor) and kind in rules.DOCUMENTS)
    check(content)
    if not anyway and not asks_for_something(content):
        raise Invalid(NO_PLACEHOLDER, field="anyway")
    session.execute(delete(PaperTemplate).where(PaperTemplate.kind == kind))
    session.add(
        PaperTemplate(
            kind=kind, name=name[-120:], content=content, uploaded_at=clock.now(), uploaded_by_id=actor.recorded_id
        )
    )
    audit.record(session, actor, "paper_template.replace", "paper_template", kind.value, size=len(content))
    session.flush()


def restore_template(session: Session, actor: Actor, kind: PaperKind) -> None:
    """Back to the program's own template. Raises `Missing` for who may not."""
    require(rules.may_keep_templates(actor) and kind in rules.DOCUMENTS)
    gone = session.execute(delete(PaperTemplate).where(PaperTemplate.kind == kind))
    if gone.rowcount:  # type: ignore[attr-defined]  # a DELETE's result is a CursorResult
        audit.record(session, actor, "paper_template.restore", "paper_template", kind.value)


def current_template(session: Session, actor: Actor, kind: PaperKind) -> bytes:
    """The template by which documents of a kind are made now. Raises `Missing` for who may not have it."""
    if not rules.may_keep_templates(actor) or kind not in rules.DOCUMENTS:
        raise Missing
    own = queries.template_of(session, kind)
    return own.content if own else standard(kind)
