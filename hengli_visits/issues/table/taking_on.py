"""Out of a visit, and taken on: dispatched, solved on the spot, not accepted, merged."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Limit, Part, Step, Verb, Way
from hengli_visits.issues.table.terms import OFFICE, OWN_GROUP, UNDER_WAY
from hengli_visits.models import IssueState as S
from hengli_visits.wording import N_

MOVES: tuple[Step, ...] = (
    Step(Verb.OPEN, N_("登记"), (), S.TRIAGE, way=Way.VISIT, limit=Limit.OFFICE, fields=(f.CATEGORY,)),
    Step(Verb.CORRECT, N_("更正"), (*UNDER_WAY, S.MERGED), None, way=Way.VISIT, fields=(f.CATEGORY,)),
    Step(Verb.STILL_WANTED, N_("仍需跟进"), tuple(S), None, way=Way.VISIT),
    Step(Verb.NOT_WANTED, N_("无需跟进"), tuple(s for s in S if s is not S.TRIAGE), None, way=Way.VISIT),
    Step(Verb.DROP, N_("撤回"), (S.TRIAGE,), S.WITHDRAWN, way=Way.VISIT, limit=Limit.NONE),
    Step(Verb.DISPATCH, N_("交办"), (S.TRIAGE,), S.DISPATCHED, OWN_GROUP, duty=OWN_GROUP, limit=Limit.SIGN, primary=True,
         icon="send", fields=(f.CATEGORY, f.URGENCY, f.LEAD_UNIT, f.CO_UNITS, f.LIMIT_DAYS, f.INSTRUCTION)),
    Step(Verb.SOLVE_ON_THE_SPOT, N_("当场办结"), (S.TRIAGE,), S.ON_THE_SPOT, (*OWN_GROUP, Part.RAISER), limit=Limit.OFFICE,
         icon="ok", fields=(f.DONE,), hint=N_("事情已经当场解决。由组长或统筹员确认后办结。")),
    Step(Verb.MERGE, N_("并单"), (S.TRIAGE,), S.MERGED, OFFICE, limit=Limit.NONE, icon="merge", fields=(f.MAIN, f.NOTE),
         hint=N_("和另一个问题是同一件事的，并到那一个里去办。主单有了答复，这里的住户同样会得到答复和回访。")),
    Step(Verb.REFUSE, N_("不予受理"), (S.TRIAGE,), S.NOT_ACCEPTED, OFFICE, limit=Limit.NONE, tone="danger", icon="no",
         fields=(f.NOT_ACCEPTED, f.PROPER_ROUTE, f.TOLD_ON), hint=N_("只用于法定途径另有规定的事项。要先告诉住户该找谁。确认后就此结束，不能撤回。")),
    Step(Verb.CLOSE_ON_THE_SPOT, N_("确认办结"), (S.ON_THE_SPOT,), S.CLOSED, OWN_GROUP, duty=(Part.LEADER,),
         limit=Limit.NONE, primary=True, icon="ok", fields=(f.NOTE,)),
    Step(Verb.TRIAGE_AGAIN, N_("转回受理"), (S.ON_THE_SPOT,), S.TRIAGE, OWN_GROUP, limit=Limit.OFFICE, icon="undo",
         fields=(f.REASON,), hint=N_("还需要责任单位来办时，转回待受理。")),
    Step(Verb.UNMERGE, N_("撤销并单"), (S.MERGED,), S.TRIAGE, OFFICE, limit=Limit.OFFICE, icon="undo", fields=(f.REASON,),
         hint=N_("不是同一件事的，撤销后回到待受理，单独办理。")),
    Step(Verb.MAIN_ENDED, N_("主单终止"), (S.MERGED,), S.TRIAGE, way=Way.SYSTEM, limit=Limit.OFFICE, fields=(f.MAIN,)),
)  # fmt: skip
