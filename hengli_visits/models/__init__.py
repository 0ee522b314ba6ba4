"""Columns, relations and constraints of the whole schema; nothing else. Everything that acts is a slice."""

from hengli_visits.models.absence import Absence, AbsenceReason, Avoidance, Nudge, StandIn
from hengli_visits.models.api_token import ApiScope, ApiToken
from hengli_visits.models.area import Area, AreaAlias, AreaKind
from hengli_visits.models.assignment import (
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVerb,
    AssignmentVisitor,
)
from hengli_visits.models.audit_entry import AuditEntry
from hengli_visits.models.campaign import (
    WORKING_CAMPAIGNS,
    Campaign,
    CampaignMove,
    CampaignState,
    Category,
    DispatchRule,
)
from hengli_visits.models.channel import Channel, ChannelKind, Delivery, DeliveryState, Pace
from hengli_visits.models.feedback import Feedback, Handling, Nature
from hengli_visits.models.group import Group, GroupMember, group_areas
from hengli_visits.models.household import Household, HouseholdKind
from hengli_visits.models.import_batch import (
    BatchState,
    ColumnChoice,
    ImportBatch,
    ImportRow,
    RosterKind,
    RowState,
    TwinChoice,
)
from hengli_visits.models.issue import (
    Contentment,
    Issue,
    IssueState,
    IssueUnit,
    Move,
    NotAccepted,
    ParkCause,
    ResidentLink,
    Result,
    Revisit,
    Solved,
    Supervision,
    Urgency,
)
from hengli_visits.models.job_run import JobRun
from hengli_visits.models.member import (
    Account,
    Gender,
    Language,
    Member,
    Role,
    RoleGrant,
    Standing,
    TextSize,
)
from hengli_visits.models.organisation import Organisation, OrganisationKind, Sector
from hengli_visits.models.paper import Paper, PaperKind, PaperState, PaperTemplate
from hengli_visits.models.sharing import ShareOut, ShareOutRow, ShareState
from hengli_visits.models.signing_in import Device, DeviceKind, SignInCard, SignInTry
from hengli_visits.models.spot_check import SpotCheck, SpotCheckItem
from hengli_visits.models.visit import Manner, Outcome, Photo, Visit, VisitCompanion, VisitRevision
from hengli_visits.models.voices import SavedSearch, ThemeWord
from hengli_visits.models.workday import CalendarDay

__all__ = [
    "WORKING_CAMPAIGNS",
    "Absence",
    "AbsenceReason",
    "Account",
    "ApiScope",
    "ApiToken",
    "Area",
    "AreaAlias",
    "AreaKind",
    "Assignment",
    "AssignmentMove",
    "AssignmentState",
    "AssignmentVerb",
    "AssignmentVisitor",
    "AuditEntry",
    "Avoidance",
    "BatchState",
    "CalendarDay",
    "Campaign",
    "CampaignMove",
    "CampaignState",
    "Category",
    "Channel",
    "ChannelKind",
    "ColumnChoice",
    "Contentment",
    "Delivery",
    "DeliveryState",
    "Device",
    "DeviceKind",
    "DispatchRule",
    "Feedback",
    "Gender",
    "Group",
    "GroupMember",
    "Handling",
    "Household",
    "HouseholdKind",
    "ImportBatch",
    "ImportRow",
    "Issue",
    "IssueState",
    "IssueUnit",
    "JobRun",
    "Language",
    "Manner",
    "Member",
    "Move",
    "Nature",
    "NotAccepted",
    "Nudge",
    "Organisation",
    "OrganisationKind",
    "Outcome",
    "Pace",
    "Paper",
    "PaperKind",
    "PaperState",
    "PaperTemplate",
    "ParkCause",
    "Photo",
    "ResidentLink",
    "Result",
    "Revisit",
    "Role",
    "RoleGrant",
    "RosterKind",
    "RowState",
    "SavedSearch",
    "Sector",
    "ShareOut",
    "ShareOutRow",
    "ShareState",
    "SignInCard",
    "SignInTry",
    "Solved",
    "SpotCheck",
    "SpotCheckItem",
    "StandIn",
    "Standing",
    "Supervision",
    "TextSize",
    "ThemeWord",
    "TwinChoice",
    "Urgency",
    "Visit",
    "VisitCompanion",
    "VisitRevision",
    "group_areas",
]
