"""In the hands of the unit and its co-units."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Condition, Limit, Part, Step, Verb
from hengli_visits.issues.table import conditions as c
from hengli_visits.issues.table.terms import UNIT, UNITS, WITH_UNIT
from hengli_visits.models import IssueState as S
from hengli_visits.wording import N_

MOVES: tuple[Step, ...] = (
    Step(Verb.SIGN, N_("签收"), (S.DISPATCHED,), S.IN_PROGRESS, UNIT, duty=UNIT, limit=Limit.UNIT, primary=True, icon="check"),
    Step(Verb.RETURN, N_("申请退单"), (S.DISPATCHED,), S.RETURN_REVIEW, UNIT, limit=Limit.OFFICE, icon="reply",
         condition=c.IN_SIGN_TIME, fields=(f.REASON, f.PROPER_UNIT), hint=N_("不属于本单位职责的，请说明理由和应当由谁办理。")),
    Step(Verb.ANSWER, N_("提交办理结果"), (S.IN_PROGRESS,), S.ANSWER_REVIEW, UNIT, duty=UNIT, limit=Limit.OFFICE, primary=True,
         icon="send", fields=(f.CONTACTED_AT, f.CONTACT_MANNER, f.RESULT, f.PARK_CAUSE, f.INTERIM, f.ASKED_REVIEW, f.DONE, f.REPLY)),
    Step(Verb.CONTACT, N_("登记首次联系"), (S.IN_PROGRESS,), None, UNIT, icon="call",
         condition=Condition(lambda issue, _now: issue.contacted_at is None, N_("这一轮已经登记过首次联系。")),
         fields=(f.CONTACTED_AT, f.CONTACT_MANNER, f.NOTE)),
    Step(Verb.NOTE, N_("记录进展"), (S.IN_PROGRESS,), None, UNITS, icon="edit", fields=(f.PROGRESS,)),
    Step(Verb.ASK_EXTENSION, N_("申请延期"), (S.IN_PROGRESS,), None, UNIT, icon="clock", condition=c.MAY_ASK_EXTENSION,
         fields=(f.UNTIL, f.REASON), hint=N_("在到期以前提出，第一次由统筹员决定，再延由挂点领导决定。批准以前期限不变。")),
    Step(Verb.CLOSE_PART, N_("协办办结"), (S.IN_PROGRESS,), None, (Part.CO_HANDLER,), duty=(Part.PART_HOLDER,), icon="ok",
         offered=(Part.PART_HOLDER,), primary=True, fields=(f.CO_UNIT, f.PART_DONE)),
    Step(Verb.SET_PART, N_("协办分工"), WITH_UNIT, None, (Part.COORDINATOR, Part.HANDLER), icon="team",
         offered=(Part.PART_SETTER,), fields=(f.CO_UNIT, f.PART, f.PART_DUE),
         hint=N_("写明协办单位各自做什么。再写一次就改成新的分工。")),
)  # fmt: skip
