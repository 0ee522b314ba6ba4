"""Figures for other systems: those of the pages, by the same functions; no number is computed here."""

from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.api.fields import DAY, NUMBER, TEXT, Field, Resource, Schema, none_or
from hengli_visits.models import ApiScope
from hengli_visits.reports import coverage, rates
from hengli_visits.reports.counting import Coverage
from hengli_visits.reports.span import Span
from hengli_visits.wording import N_

STATES = ("total", "visited", "again", "unreachable", "waiting")


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


COVERED = dict.fromkeys(STATES, NUMBER)
VILLAGES: Schema = {"type": "array", "items": _object({"area": TEXT, **COVERED})}
RATES: Schema = {
    "type": "array",
    "items": _object({"key": TEXT, "name": TEXT, "formula": TEXT, "part": NUMBER, "whole": NUMBER}),
}


def _part(name: str, schema: Schema, says: str) -> Field:
    return Field(name, schema, says, lambda figures: figures[name])


FIGURES = Resource(
    "figures",
    N_("统计数字"),
    ApiScope.FIGURES,
    (
        _part("campaign_id", NUMBER, N_("活动的编号")),
        _part("area_id", none_or(NUMBER), N_("村或社区的编号：所问的，或密钥只限的那个；空为全部")),
        _part("from", none_or(DAY), N_("统计的第一天")),
        _part("to", none_or(DAY), N_("统计的最后一天")),
        _part("coverage", _object(COVERED), N_("截至现在各状态的户数，不受 from 和 to 影响")),
        _part(
            "visited_in_period",
            none_or(NUMBER),
            N_("期内走访到的户数：已访、最近一次走访在 from 到 to 之间；没有给日子为空"),
        ),
        _part("villages", VILLAGES, N_("各村、社区截至现在的户数，不受 from 和 to 影响")),
        _part("rates", RATES, N_("各项比率的分子和分母，按 from 到 to 统计")),
    ),
)


def _covered(found: Coverage) -> dict[str, int]:
    return {state: getattr(found, state).number for state in STATES}


def figures_of(session: Session, actor: Actor, span: Span, limited_to: int | None = None) -> dict[str, Any]:
    """Coverage and rates of a campaign, of what the reader sees. `limited_to` is the part of the town beyond which the
    reader sees nothing. Three queries."""
    found = coverage.totals(session, span.tasks(actor), coverage.TASKS, clock.today(), None, span)
    counted = rates.rates(rates.counts(session, actor, span, clock.now()))
    return {
        "campaign_id": span.campaign_id,
        "area_id": span.area_id or limited_to,
        "from": span.since,
        "to": span.until,
        "coverage": _covered(found.coverage),
        "visited_in_period": found.within.number if span.timed else None,
        "villages": [{"area": row.name, **_covered(row.coverage)} for row in found.villages],
        "rates": [
            {
                "key": rate.key,
                "name": rate.name,
                "formula": rate.formula,
                "part": rate.part.number,
                "whole": rate.whole.number,
            }
            for rate in counted
        ],
    }
