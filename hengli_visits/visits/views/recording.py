"""The visit form: opened, filled in, sent, and the same for a revision."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.errors import Invalid, Missing
from hengli_visits.forms import chosen
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Assignment, Category, Outcome, Visit
from hengli_visits.reader import Unfit, read_uuid
from hengli_visits.visits import actions, photos, queries
from hengli_visits.visits.content import VisitContent, read
from hengli_visits.visits.form_values import new_values, values_of
from hengli_visits.visits.forms import VisitForm
from hengli_visits.visits.pictures import LARGEST_FILE, Picture, develop, opened_album
from hengli_visits.visits.rules import CLOCK_TOLERANCE, MOST_PHOTOS, Result
from hengli_visits.visits.views.blueprint import bp, revisable, uploads
from hengli_visits.wording import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Told:
    """What a form page tells besides its fields: the campaign's categories, the latest visits, newest first."""

    categories: Sequence[Category]
    earlier: Sequence[Visit]


@bp.get("/assignments/<int:assignment_id>/visits/new")
def new(assignment_id: int) -> str:
    """The form for a visit to a household; `outcome` in the address chooses one beforehand."""
    assignment = queries.assignment_for_form(session(), actor(), assignment_id)
    return new_page(assignment, chosen(Outcome, request.args.get("outcome")))


def new_page(assignment: Assignment, outcome: Outcome | None = None, told: Told | None = None) -> str:
    """The empty form for a visit to a household."""
    form = VisitForm(
        formdata=None, data=new_values([one.member_id for one in assignment.visitors], actor().id, outcome)
    )
    return _form_page("visits/new.html", form, assignment, told=told)


def edit_page(visit: Visit, told: Told | None = None) -> str:
    """The form that revises a visit, holding what it says now."""
    values = values_of(queries.content_in_force(visit), visit.uuid, visit.revision)
    return _form_page("visits/edit.html", VisitForm(formdata=None, data=values), visit=visit, told=told)


@bp.post("/assignments/<int:assignment_id>/visits")
@keeps_input
def create(assignment_id: int) -> Response | str | tuple[str, int]:
    """Save a visit from the form. Whoever once had the household may still send what was seen there."""
    queries.recordable_assignment(session(), actor(), assignment_id)
    form = VisitForm()
    pressed = form.change_cards("add_feedback" in request.form, request.form.get("remove_feedback"))
    sent = None if pressed else sent_with(form, read_uuid(form.uuid.data) or uuid4())
    saved = _saved(form, assignment_id, sent, None) if sent else None
    if saved is None:
        assignment = queries.recordable_assignment(session(), actor(), assignment_id)
        return _form_page("visits/new.html", form, assignment), 200 if pressed else 422
    return saved


@bp.route("/visits/<uuid:uuid>/edit", methods=["GET", "POST"])
@keeps_input
def edit(uuid: UUID) -> Response | str | tuple[str, int]:
    """Revise a visit, by its author or a leader of its group."""
    visit = revisable(uuid)
    if request.method == "GET":
        return edit_page(visit)
    base = queries.content_in_force(visit)
    form = VisitForm()
    assignment_id = visit.assignment_id
    pressed = form.change_cards("add_feedback" in request.form, request.form.get("remove_feedback"))
    sent = None if pressed else sent_with(form, uuid, base)
    saved = _saved(form, assignment_id, sent, form.revision) if sent else None
    if saved is None:
        return _form_page("visits/edit.html", form, visit=revisable(uuid)), 200 if pressed else 422
    return saved


@dataclass(frozen=True)
class Sent:
    """What came with a form, read."""

    uuid: UUID
    content: VisitContent
    pictures: Sequence[Picture]


def sent_with(
    form: VisitForm, uuid: UUID, base: VisitContent | None = None, also: Callable[[], object] | None = None
) -> Sent | None:
    """Read the form, and what `also` reads of it; None when something is wrong, which is then said beside the
    fields."""
    if not form.validate_on_submit():
        return None
    session().rollback()  # nobody shall wait for the database while pictures are decoded
    problems: dict[str, Invalid] = {}
    latest = clock.now() + CLOCK_TOLERANCE
    structure, latest = form.structure(base), max(latest, base.visited_at) if base else latest
    if also is not None:
        _read(also, problems)
    content = _read(lambda: read(structure, latest=latest), problems)
    pictures = _read(lambda: _developed(form), problems)
    form.show(problems)
    return None if problems or content is None else Sent(uuid, content, pictures or [])


def _read(reading: Callable[[], T], problems: dict[str, Invalid]) -> T | None:
    """A part of what was sent; what is wrong with it is added to `problems`."""
    try:
        return reading()
    except Unfit as unfit:
        problems |= unfit.problems
    except Invalid as error:
        problems[error.field or ""] = error
    return None


def _developed(form: VisitForm) -> list[Picture]:
    files = form.sent_files
    if len(files) > MOST_PHOTOS:
        raise Invalid(N_("一次走访最多%(most)s张照片。"), field="photos", most=MOST_PHOTOS)
    return [develop(file.read(LARGEST_FILE + 1)) for file in files]


def _saved(form: VisitForm, assignment_id: int, sent: Sent, based_on: int | None) -> Response | None:
    def put(sent: Sent) -> actions.Saved:
        return actions.put_visit(session(), actor(), assignment_id, sent.uuid, sent.content, based_on=based_on)

    return saved_by(put, form, sent)


def saved_by(put: Callable[[Sent], actions.Saved], form: VisitForm, sent: Sent) -> Response | None:
    """Save what was sent with its photos, all or nothing, and go to the visit's page; None when it was refused."""
    try:
        with opened_album(uploads()) as album:
            saved = put(sent)
            for picture in sent.pictures:
                photo_id = uuid5(sent.uuid, picture.sent_sha256)
                photos.add_photo(session(), actor(), saved.visit, album, photo_id, picture)
            session().commit()
    except Unfit as unfit:
        form.show(unfit.problems)
    except Invalid as error:
        form.show({error.field or "": error})
    else:
        flash(_(saved.result.label), "warn" if saved.result == Result.CLASH else "done")
        return redirect(url_for("visits.show", uuid=sent.uuid), 303)
    session().rollback()
    return None


def _form_page(
    template: str,
    form: VisitForm,
    assignment: Assignment | None = None,
    visit: Visit | None = None,
    told: Told | None = None,
) -> str:
    assignment = assignment or (visit.assignment if visit else None)
    if assignment is None:
        raise Missing
    told = told or Told(
        queries.categories_of(session(), assignment.campaign_id),
        queries.earlier_visits(session(), assignment.id) if visit is None else (),
    )
    categories = told.categories
    author_id = visit.author_id if visit else actor().id
    people = {one.member_id: one.member.name for one in assignment.visitors}
    people |= {one.member_id: one.member.name for one in visit.companions} if visit else {}
    form.offer([(id_, name) for id_, name in people.items() if id_ != author_id], categories)
    return render_template(
        template,
        form=form,
        assignment=assignment,
        visit=visit,
        earlier=told.earlier,
        catalogue=catalogue(categories, assignment.household.area.name),
        note=form.summary,
        answers=json.dumps(dict(queries.content_in_force(visit).answers)) if visit else "{}",
    )


def catalogue(categories: Sequence[Category], area: str | None) -> str:
    """What the script needs to propose a category as the words are typed (JSON). `area`: whose committee is meant."""
    committee = _("%(area)s村民（居民）委员会", area=area) if area else _("所在村(社区)的村民（居民）委员会")
    units = {one.id: committee if one.by_area else one.unit.name if one.unit else None for one in categories}
    told = [{"id": one.id, "name": one.name, "words": one.words, "unit": units[one.id]} for one in categories]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
