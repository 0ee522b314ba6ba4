"""The resident is told, and what follows from what they say."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Limit, Part, Step, Verb, Way
from hengli_visits.issues.table import conditions as c
from hengli_visits.issues.table.terms import BARRED, OFFICE, REVISITORS, TOLD
from hengli_visits.models import IssueState as S
from hengli_visits.wording import N_

MOVES: tuple[Step, ...] = (
    Step(Verb.REVISIT_CLOSE, N_("回访"), (S.REVISIT_DUE,), S.CLOSED, REVISITORS, duty=(Part.VISITOR,), barred=BARRED,
         limit=Limit.NONE, primary=True, way=Way.REVISIT, icon="chat", fields=TOLD),
    Step(Verb.REVISIT_REDO, N_("回访"), (S.REVISIT_DUE,), S.REDO, REVISITORS, barred=BARRED, limit=Limit.OFFICE, way=Way.REVISIT,
         fields=TOLD),
    Step(Verb.REVISIT_MISSED, N_("回访"), (S.REVISIT_DUE,), None, REVISITORS, barred=BARRED, way=Way.REVISIT, fields=TOLD),
    Step(Verb.REVISIT_UNREACHED, N_("回访"), (S.REVISIT_DUE,), S.CLOSED, REVISITORS, barred=BARRED, limit=Limit.NONE,
         way=Way.REVISIT, fields=TOLD),
    Step(Verb.REVISIT_FOLLOW, N_("回访"), (S.REVISIT_DUE,), S.MERGED, REVISITORS, barred=BARRED, limit=Limit.NONE,
         way=Way.REVISIT, fields=TOLD),
    Step(Verb.REVISIT_LATE, N_("回访"), tuple(S), None, REVISITORS, barred=BARRED, way=Way.REVISIT,
         fields=(f.TOLD_AT, f.REACHED, *TOLD)),
    Step(Verb.FOLLOW_ANSWER, N_("随主单答复"), (S.MERGED,), S.REVISIT_DUE, way=Way.SYSTEM, limit=Limit.REVISIT,
         fields=(f.MAIN, f.RESULT)),
    Step(Verb.MERGED_REDO, N_("并入的问题未解决"), (S.REVISIT_DUE, S.CLOSED), S.REDO, way=Way.SYSTEM, limit=Limit.OFFICE,
         fields=(f.MERGED_ONE,)),
    Step(Verb.REDO_DISPATCH, N_("重新交办"), (S.REDO,), S.DISPATCHED, OFFICE, duty=OFFICE, limit=Limit.SIGN, primary=True,
         icon="send", fields=(f.LACKING, f.LEAD_UNIT, f.CO_UNITS)),
    Step(Verb.REOPEN, N_("重新打开"), (S.CLOSED,), S.REDO, OFFICE, limit=Limit.OFFICE, icon="again", condition=c.RECENTLY_CLOSED,
         fields=(f.REASON,)),
)  # fmt: skip
