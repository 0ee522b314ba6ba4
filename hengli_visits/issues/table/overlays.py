"""What lies over the states: extension, supervision, and what the program notes of time."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Limit, Part, Step, Verb, Way
from hengli_visits.issues.table import conditions as c
from hengli_visits.issues.table.terms import OVERSEERS, UNDER_WAY, WITH_UNIT, WITH_UNIT_OR_JUDGED
from hengli_visits.models import IssueState as S
from hengli_visits.wording import N_

MOVES: tuple[Step, ...] = (
    Step(Verb.GRANT_EXTENSION, N_("同意延期"), (S.IN_PROGRESS,), None, (Part.EXTENSION_JUDGE,), duty=(Part.EXTENSION_JUDGE,),
         limit=Limit.UNIT, primary=True, icon="ok", condition=c.EXTENSION_ASKED, turn=c.extension_asked, fields=(f.NOTE,),
         hint=N_("原定期限仍然保留，按期与否两个期限都算。")),
    Step(Verb.REFUSE_EXTENSION, N_("不同意延期"), (S.IN_PROGRESS,), None, (Part.EXTENSION_JUDGE,), icon="no",
         condition=c.EXTENSION_ASKED, fields=(f.REASON,)),
    Step(Verb.REMIND, N_("催办"), WITH_UNIT, None, (*OVERSEERS, Part.LEADER), icon="bell", condition=c.NOT_REMINDED_TODAY,
         fields=(f.PRESSING,)),
    Step(Verb.SUPERVISE, N_("督办"), WITH_UNIT, None, OVERSEERS, icon="warn", condition=c.CAN_BE_RAISED,
         fields=(f.LEVEL, f.SUPERVISING), hint=N_("书面督办以后是通报。单位的答复审核通过，督办就自动解除。")),
    Step(Verb.LIFT, N_("解除督办"), WITH_UNIT_OR_JUDGED, None, OVERSEERS, icon="undo", rare=True, condition=c.IS_SUPERVISED,
         fields=(f.REASON,)),
    Step(Verb.NEAR_DUE, N_("即将超期"), UNDER_WAY, None, way=Way.SYSTEM),
    Step(Verb.OVERDUE, N_("已超期"), UNDER_WAY, None, way=Way.SYSTEM, fields=(f.RAISED_TO,)),
    Step(Verb.ESCALATE, N_("督办升级"), WITH_UNIT, None, way=Way.SYSTEM, fields=(f.RAISED_TO,)),
)  # fmt: skip
