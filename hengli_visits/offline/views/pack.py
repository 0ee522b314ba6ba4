"""The pack: the pages that a visitor's phone keeps, each with its version; later only those that changed."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from flask import Response, g, url_for

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments import rounds, walks
from hengli_visits.assignments.absences import away_until
from hengli_visits.assignments.forms import ConfirmForm
from hengli_visits.assignments.queries import covered_villages
from hengli_visits.assignments.rules import starts_with_round
from hengli_visits.assignments.views.household import household_page
from hengli_visits.assignments.views.mine import Round, empty_round_page, onward, round_page, state_shown
from hengli_visits.compression import compressed
from hengli_visits.gate import actor, limited_to, reads_only, session, told_json
from hengli_visits.issues.queries import revisits_due
from hengli_visits.issues.views.revisits import revisit_page
from hengli_visits.models import Assignment, AssignmentState, Campaign
from hengli_visits.offline.queries.rounds import Rounds, my_rounds
from hengli_visits.offline.versions import build, fingerprint
from hengli_visits.offline.views.blueprint import bp
from hengli_visits.offline.views.contact import APP
from hengli_visits.offline.views.outbox import outbox_page
from hengli_visits.paging import Page
from hengli_visits.visits.queries import partners_of
from hengli_visits.visits.rules import may_open_form, may_revise
from hengli_visits.visits.views.doorstep import doorstep_page
from hengli_visits.visits.views.pages import visit_page
from hengli_visits.visits.views.recording import Told, edit_page, new_page

MOST_KNOWN = 1024 * 1024
STATES: tuple[AssignmentState | None, ...] = (*AssignmentState, None)
EARLIER = 3


@dataclass(frozen=True)
class Sheet:
    """One page of the pack: under which address, in which version, and how it is made."""

    url: str
    version: str
    render: Callable[[], str]
    way: str = "assignments.mine"


@bp.post("/pack")
@reads_only
@limited_to(MOST_KNOWN)
def pack() -> Response:
    """The pages for a visitor's phone that differ from those it has: {"have": {address: version}} asks. Answers in lines
    of JSON, so that a phone need not read all of it at once: {"member", "build", "pages": how many follow, "gone":
    [address]}, then [address, version, html] for each. Compressed as a whole, for the pages are much alike. Members who
    visit nobody get an empty pack; a phone on which they once did keeps the page that lists what waits there."""
    person = actor()
    have = told_json().get("have")
    have = have if isinstance(have, dict) else {}
    sheets = list(_sheets(person, have))
    g.packed = clock.now().isoformat(timespec="seconds")
    pages = [[one.url, one.version, _made(one)] for one in sheets if have.get(one.url) != one.version]
    gone = sorted(have.keys() - {one.url for one in sheets})
    head = {"app": APP, "member": person.id, "build": build(), "at": g.packed, "pages": len(pages), "gone": gone}
    body = "\n".join(_line(one) for one in (head, *pages))
    return compressed(Response(body, mimetype="application/x-ndjson"))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _made(sheet: Sheet) -> str:
    g.way = sheet.way
    g.pop("ways", None)
    return sheet.render()


def _sheets(person: Actor, have: Container[str]) -> Iterator[Sheet]:
    place = (person.roles, person.led_groups, person.led_area_paths, person.units, person.groups)
    seed = (build(), clock.today(), person.id, person.name, place, person.text_size, person.language)
    outbox, way = url_for("offline.outbox"), "assignments.mine" if person.is_visitor else "accounts.me"
    if person.is_visitor or outbox in have:
        yield Sheet(outbox, fingerprint(seed), outbox_page, way)
    if not person.is_visitor:
        return
    own = my_rounds(session(), person)
    leave = away_until(session(), [person.id], clock.today())
    if not own.campaigns:
        yield Sheet(url_for("assignments.mine"), fingerprint(seed), empty_round_page)
    for campaign in own.campaigns:
        yield from _lists(seed, own, campaign, leave)
        yield from _doors(seed, own, campaign)
        yield _doorstep(seed, own, campaign)
    yield from _visits(seed, own)
    for issue in revisits_due(session(), person):
        page = partial(revisit_page, issue)
        yield Sheet(url_for("issues.revisit", issue_id=issue.id), fingerprint(seed, issue), page, "issues.index")


def _lists(seed: object, own: Rounds, campaign: Campaign, leave: Mapping[int, date | None]) -> Iterator[Sheet]:
    """The lists of one round: by state, all, and what the bare address shows."""
    every = own.households[campaign.id]
    counts = {state: sum(one.state == state for one in every) for state in AssignmentState}
    last = rounds.last_words(session(), [one.household_id for one in every])
    company = rounds.my_company(session(), actor(), campaign)
    expected = rounds.my_appointments(session(), actor(), campaign)
    onward_ = onward(campaign, [walks.call_of(one) for one in every])
    shared = Round(campaign, own.campaigns, counts, company, last, onward_, leave)
    rows = [(one, one.household, one.household.area) for one in every]
    names = [(one.id, one.name) for one in own.campaigns]
    version = fingerprint(seed, names, campaign, rows, last, company, leave)

    def made(state: AssignmentState | None, asked: str | None) -> Callable[[], str]:
        shown = [one for one in every if state in (None, one.state)]
        page = Page(shown, 1, len(shown), max(1, len(shown)))
        due = expected if state == AssignmentState.WAITING else []
        return partial(round_page, shared, page, due, state=state, asked=asked)

    for state in STATES:
        asked = state.value if state else "all"
        yield Sheet(url_for("assignments.mine", campaign=campaign.id, state=asked), version, made(state, asked))
    first = cache(made(state_shown(counts, None), None))
    yield Sheet(url_for("assignments.mine", campaign=campaign.id), version, first)
    if campaign is own.campaigns[0]:
        yield Sheet(url_for("assignments.mine"), version, first)
        if starts_with_round(actor()):
            yield Sheet("/", version, first)


def _doors(seed: object, own: Rounds, campaign: Campaign) -> Iterator[Sheet]:
    """Each household's page, and the form for a visit there."""
    now = clock.now()
    for one in own.households[campaign.id]:
        story = own.stories[one.id]
        raised = [said.issue for visit in story.visits for said in visit.feedback if said.issue]
        late = [issue.id for issue in (*story.issues, *raised) if issue.step_due_at and issue.step_due_at < now]
        version = fingerprint(seed, one, story, late)
        yield Sheet(url_for("assignments.show", assignment_id=one.id), version, partial(_household, one, own))
        if may_open_form(actor(), one):
            told = Told(own.categories[campaign.id], [v for v in story.visits if v.assignment_id == one.id][:EARLIER])
            version = fingerprint(seed, one, told)
            yield Sheet(url_for("visits.new", assignment_id=one.id), version, partial(new_page, one, told=told))


def _household(one: Assignment, own: Rounds) -> str:
    return household_page(one, ConfirmForm(formdata=None), own.stories[one.id])


def _doorstep(seed: object, own: Rounds, campaign: Campaign) -> Sheet:
    """The form for a household that is on no list."""
    partners = partners_of(session(), actor(), campaign.id)
    villages = covered_villages(session(), campaign.id)
    version = fingerprint(seed, campaign, own.categories[campaign.id], partners, villages)
    return Sheet(url_for("visits.doorstep", campaign_id=campaign.id), version, partial(doorstep_page, campaign))


def _visits(seed: object, own: Rounds) -> Iterator[Sheet]:
    """The visitor's own visits, and the form in which each is revised."""
    for visit in own.visits:
        yield Sheet(url_for("visits.show", uuid=visit.uuid), fingerprint(seed, visit), partial(visit_page, visit))
        if may_revise(actor(), visit) and visit.voided_at is None:
            told = Told(own.categories[visit.campaign_id], ())
            version = fingerprint(seed, visit, told)
            yield Sheet(url_for("visits.edit", uuid=visit.uuid), version, partial(edit_page, visit, told))
