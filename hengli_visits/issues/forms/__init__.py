"""Forms of issues."""

from hengli_visits.issues.forms.steps import Offered, TogetherForm, proposal, step_form, wire
from hengli_visits.issues.forms.told import CheckForm, DrawForm, LinkForm, ResidentForm, RevisitForm

__all__ = [
    "CheckForm",
    "DrawForm",
    "LinkForm",
    "Offered",
    "ResidentForm",
    "RevisitForm",
    "TogetherForm",
    "proposal",
    "step_form",
    "wire",
]
