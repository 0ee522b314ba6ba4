"""The page 收下导出的记录: a file is brought, looked at, and taken in record by record."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import Actor
from hengli_visits.errors import DomainError, Invalid
from hengli_visits.formats import sentence
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, limited_to, session
from hengli_visits.groups.queries import get_group
from hengli_visits.models import Group
from hengli_visits.offline.actions import files as actions
from hengli_visits.offline.forms import FileForm, TakeForm
from hengli_visits.offline.outbox import FIELD, LARGEST, Outbox, Record, SentPhoto, read_outbox
from hengli_visits.offline.queries import files as queries
from hengli_visits.offline.rules import Fate, on_behalf
from hengli_visits.offline.shelf import Shelf
from hengli_visits.offline.views.blueprint import bp
from hengli_visits.reader import Unfit
from hengli_visits.visits.photos import has_photo
from hengli_visits.visits.pictures import Album, develop, opened_album
from hengli_visits.visits.queries import get_visit
from hengli_visits.visits.views.blueprint import uploads
from hengli_visits.wording import N_

Answer = str | tuple[str, int] | Response
BODY_LIMIT = LARGEST + 64 * 1024
"""The file and the form around it."""


@dataclass(frozen=True)
class Told:
    """What became of one record, as it is shown: `sentences` say what was wrong, `photos` were taken in."""

    title: str
    kind: str
    uuid: str
    fate: str
    sentences: list[str]
    photos: int = 0


def _shelf() -> Shelf:
    return Shelf(uploads(), actor().id)


@bp.route("/groups/<int:group_id>/outbox-files", methods=["GET", "POST"])
@limited_to(BODY_LIMIT)
def take_file(group_id: int) -> Answer:
    """Take in what a member exported from their phone: the upload, then the preview, then what became of it."""
    g.way = "campaigns.index"
    group = get_group(session(), actor(), group_id)
    if request.method == "GET":
        token = request.args.get("file")
        return _looked_at(group, token) if token else _upload_page(group, FileForm(formdata=None))
    return _decided(group) if "token" in request.form else _brought(group)


def _upload_page(group: Group, form: FileForm) -> str:
    return render_template("offline/take_file.html", group=group, form=form)


def _refused(group: Group, error: Invalid) -> Answer:
    """The upload once more, with the sentence beside the file."""
    form = FileForm(formdata=None)
    refuse(form, error)
    return _upload_page(group, form), 422


def _gone() -> Invalid:
    return Invalid(N_("这个文件不在了：24 小时内没有收下的会自动删除。请再选一次。"), field=FIELD)


def _opened(group: Group, data: bytes) -> tuple[Outbox, Actor]:
    """The file, and the member as whom its records are taken in. Raises Invalid (`file`)."""
    outbox = read_outbox(data)
    member = queries.sender_of(session(), actor(), group, outbox)
    return outbox, on_behalf(actor(), actor_of(session(), member.id))


def _brought(group: Group) -> Answer:
    """Keep the file and go to its preview."""
    form = FileForm()
    if not form.validate_on_submit():
        return _upload_page(group, form), 422
    with form.file.data.stream as stream:
        data = stream.read(LARGEST + 1)
    try:
        _opened(group, data)
    except Invalid as error:
        return _refused(group, error)
    token = _shelf().lay(data, clock.now())
    return redirect(url_for("offline.take_file", group_id=group.id, file=token), 303)


def _looked_at(group: Group, token: str) -> Answer:
    """The preview of a file, or what became of it."""
    told = _shelf().told(token)
    if told is not None:
        return _told_page(group, [Told(**one) for one in json.loads(told)])
    data = _shelf().read(token)
    if data is None:
        return _refused(group, _gone())
    try:
        outbox, member = _opened(group, data)
    except Invalid as error:
        return _refused(group, error)
    rows = queries.preview(session(), member, outbox)
    return render_template(
        "offline/file.html", group=group, outbox=outbox, member=member, rows=rows, form=TakeForm(data={"token": token})
    )


def _told_page(group: Group, told: list[Told]) -> str:
    seen = queries.seen_by(session(), actor(), [UUID(one.uuid) for one in told if one.kind == "visit"])
    counts = {fate: sum(one.fate == fate.value for one in told) for fate in Fate}
    links = {str(uuid): url_for("visits.show", uuid=uuid) for uuid in seen}
    return render_template(
        "offline/file_taken.html", group=group, told=told, summary=_summary(counts), fates=Fate, links=links
    )


def _summary(counts: dict[Fate, int]) -> str:
    """What became of a file, in one line."""
    taken = counts[Fate.TAKEN] + counts[Fate.CHANGED] + counts[Fate.LATE]
    parts = (
        (taken, _("收下 %(n)s 条", n=taken)),
        (counts[Fate.BEFORE], _("%(n)s 条以前已收到", n=counts[Fate.BEFORE])),
        (counts[Fate.CLASH], _("%(n)s 条请选定", n=counts[Fate.CLASH])),
        (counts[Fate.REFUSED], _("%(n)s 条没有收下", n=counts[Fate.REFUSED])),
    )
    return " · ".join(text for count, text in parts if count)


def _decided(group: Group) -> Answer:
    """Take the records of a waiting file in, or let it go."""
    form = TakeForm()
    if not form.validate_on_submit():
        return _upload_page(group, FileForm(formdata=None)), 422
    token, shelf = form.token.data or "", _shelf()
    if "drop" in request.form:
        shelf.drop(token)
        flash(_("没有收下，文件已经删除。"), "done")
        return redirect(url_for("offline.take_file", group_id=group.id), 303)
    address = url_for("offline.take_file", group_id=group.id, file=token)
    if shelf.told(token) is not None:
        return redirect(address, 303)
    data = shelf.read(token)
    if data is None:
        return _refused(group, _gone())
    try:
        outbox, member = _opened(group, data)
    except Invalid as error:
        return _refused(group, error)
    told = [_taken(member, outbox, record) for record in outbox.records]
    shelf.finish(token, json.dumps([asdict(one) for one in told]).encode(), clock.now())
    return redirect(address, 303)


def _taken(member: Actor, outbox: Outbox, record: Record) -> Told:
    """Take one record in with its photos, each in a transaction of its own: what is wrong with one blocks no other."""
    fate, errors = _saved(member, outbox, record)
    photos = 0
    if fate is not Fate.REFUSED:
        errors += record.spoiled
        for photo in record.photos:
            added = _photo(member, outbox, record, photo)
            errors += [added] if isinstance(added, DomainError) else []
            photos += added is True
    sentences = list(dict.fromkeys(sentence(error) for error in errors))
    return Told(record.title, record.kind.value, str(record.uuid), fate.value, sentences, photos)


def _saved(member: Actor, outbox: Outbox, record: Record) -> tuple[Fate, list[DomainError]]:
    try:
        fate = actions.take_record(session(), actor(), member, outbox, record)
        session().commit()
    except Unfit as unfit:
        errors: list[DomainError] = list(unfit.problems.values())
    except DomainError as error:
        errors = [error]
    except IntegrityError:
        errors = [_collision()]
    else:
        return fate, []
    session().rollback()
    return Fate.REFUSED, errors


def _collision() -> Invalid:
    return Invalid(N_("别人刚刚保存了同样的内容，这一条没有收下，请再收一次。"))


def _photo(member: Actor, outbox: Outbox, record: Record, photo: SentPhoto) -> bool | DomainError:
    """Take a photo in: whether it is new, or what is wrong with it."""
    try:
        photo.read()
        visit = get_visit(session(), member, record.uuid)
        if has_photo(session(), member, visit, Album(uploads()), photo.id, photo.sha256):
            return False
        session().rollback()  # nobody shall wait for the database while a picture is decoded
        picture = develop(photo.read())
        with opened_album(uploads()) as album:
            made = actions.take_photo(session(), actor(), member, outbox, record, album, photo, picture)
            session().commit()
    except DomainError as error:
        session().rollback()
        return error
    except IntegrityError:
        session().rollback()
        return _collision()
    return made
