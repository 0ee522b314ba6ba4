"""Decided by the office and the area lead: returns, answers, parking, the unit itself."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Limit, Part, Step, Verb
from hengli_visits.issues.table import conditions as c
from hengli_visits.issues.table.terms import OFFICE, OVERSEERS, UNDER_WAY, WITH_UNIT_OR_JUDGED
from hengli_visits.models import IssueState as S
from hengli_visits.wording import N_

MOVES: tuple[Step, ...] = (
    Step(Verb.AGREE_RETURN, N_("同意退单"), (S.RETURN_REVIEW,), S.DISPATCHED, (Part.RETURN_JUDGE,), duty=(Part.RETURN_JUDGE,),
         limit=Limit.SIGN, primary=True, icon="swap", fields=(f.LEAD_UNIT, f.REASON), hint=N_("改派给另一单位，期限重新计算。")),
    Step(Verb.REFUSE_RETURN, N_("不同意退单"), (S.RETURN_REVIEW,), S.DISPATCHED, (Part.RETURN_JUDGE,), limit=Limit.SIGN,
         icon="no", fields=(f.REASON,), hint=N_("仍由原单位办理，办理期限不变。")),
    Step(Verb.APPROVE, N_("审核通过"), (S.ANSWER_REVIEW,), S.REVISIT_DUE, OFFICE, duty=OFFICE, limit=Limit.REVISIT, primary=True,
         icon="ok", condition=c.IS_ANSWERED, turn=c.answered, fields=(f.NOTE,), hint=N_("通过后由走访员把答复告诉住户。")),
    Step(Verb.PARK, N_("同意挂账"), (S.ANSWER_REVIEW,), S.PARKED, (Part.PARK_JUDGE,), duty=(Part.PARK_JUDGE,), limit=Limit.REVIEW,
         primary=True, icon="pause", condition=c.ASKS_TO_PARK, turn=c.asks_to_park, fields=(f.REVIEW_ON, f.NOTE),
         hint=N_("挂账不算解决，到复核日再看。由挂点领导审批；村里没有挂点领导的，由统筹员审批。")),
    Step(Verb.REFUSE_PARK, N_("不同意挂账"), (S.ANSWER_REVIEW,), S.IN_PROGRESS, (Part.PARK_JUDGE,), limit=Limit.UNIT, icon="no",
         condition=c.ASKS_TO_PARK, fields=(f.COMMENT,), hint=N_("退回单位继续办理，办理期限不变。")),
    Step(Verb.REWORK, N_("退回返工"), (S.ANSWER_REVIEW,), S.IN_PROGRESS, OFFICE, limit=Limit.UNIT, icon="undo",
         fields=(f.COMMENT,), hint=N_("办理期限不变。")),
    Step(Verb.RESUME, N_("恢复办理"), (S.PARKED,), S.IN_PROGRESS, OVERSEERS, duty=(Part.PARK_JUDGE,), limit=Limit.RESUMED,
         primary=True, icon="go", turn=c.to_be_reviewed, fields=(f.RESUMING,),
         hint=N_("单位接着办，期限是申请挂账时剩下的工作日，至少一天。")),
    Step(Verb.PARK_ON, N_("继续挂账"), (S.PARKED,), S.PARKED, (Part.PARK_JUDGE,), limit=Limit.REVIEW, icon="pause",
         fields=(f.REVIEW_ON, f.REASON)),
    Step(Verb.REDIRECT, N_("改派"), WITH_UNIT_OR_JUDGED, S.DISPATCHED, OFFICE, limit=Limit.SIGN, icon="swap", rare=True,
         fields=(f.LEAD_UNIT, f.CO_UNITS, f.REASON), hint=N_("不用等单位退单，直接改由另一单位办理，期限重新计算。")),
    Step(Verb.RELEASE_IDENTITY, N_("告知单位联系方式"), WITH_UNIT_OR_JUDGED, None, OFFICE, icon="eye", rare=True,
         condition=c.STILL_HIDDEN, fields=(f.REASON,),
         hint=N_("公开后，承办单位可以看到住户的姓名和电话。只在住户同意或办理必需时公开。")),
    Step(Verb.WITHDRAW, N_("撤回"), (*UNDER_WAY, S.MERGED), S.WITHDRAWN, OFFICE, limit=Limit.NONE, tone="danger", icon="trash",
         rare=True, fields=(f.SAID_BY, f.SAID_ON, f.NOTE), hint=N_("只在住户自己要求时撤回。撤回后不再办理，记录仍留底。")),
    Step(Verb.ABOUT, N_("标明涉及谁"), tuple(S), None, OFFICE, icon="lock", rare=True, private=True,
         fields=(f.ABOUT_UNIT, f.ABOUT_MEMBER),
         hint=N_("反映的是某个单位或某位党员时，他们看不到这个问题，也不能主办、协办。两项都空着就是取消。")),
)  # fmt: skip
