"""What the program does by the clock, and whether it does."""

from flask import current_app, render_template

from hengli_visits import clock, turns
from hengli_visits.calendar import rules
from hengli_visits.calendar.views.blueprint import bp
from hengli_visits.errors import require
from hengli_visits.gate import actor, session


@bp.get("/jobs")
def jobs() -> str:
    """When each regular job ran last, when it is due, and what went wrong."""
    require(rules.may_edit(actor()))
    runs, now = turns.runs(session()), clock.now()
    pulse = runs.get(turns.PULSE)
    seen = pulse.ended_at if pulse else None
    return render_template(
        "calendar/jobs.html",
        rows=[(job, runs.get(job.name)) for job in current_app.extensions["visits_jobs"] if job.name != turns.PULSE],
        seen=seen,
        silent=seen is None or seen < now - turns.SILENT_AFTER,
        now=now,
    )
