"""The slices, in the order in which they may know each other: each imports lower ones only."""

from flask import Blueprint

from hengli_visits.accounts.views import bp as accounts
from hengli_visits.api.views import bp as api
from hengli_visits.assignments.views import bp as assignments
from hengli_visits.calendar.views import bp as calendar
from hengli_visits.campaigns.views import bp as campaigns
from hengli_visits.exports.views import bp as exports
from hengli_visits.feedback.views import bp as feedback
from hengli_visits.groups.views import bp as groups
from hengli_visits.households.views import bp as households
from hengli_visits.imports.views import bp as imports
from hengli_visits.issues.views import bp as issues
from hengli_visits.members.views import bp as members
from hengli_visits.notices.views import bp as notices
from hengli_visits.offline.views import bp as offline
from hengli_visits.papers.views import bp as papers
from hengli_visits.reports.views import bp as reports
from hengli_visits.visits.views import bp as visits
from hengli_visits.voices.views import bp as voices

ORDER = (
    "accounts",
    "members",
    "households",
    "campaigns",
    "groups",
    "assignments",
    "issues",
    "calendar",
    "feedback",
    "visits",
    "imports",
    "exports",
    "offline",
    "notices",
    "voices",
    "reports",
    "papers",
    "api",
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts,
    members,
    households,
    campaigns,
    groups,
    assignments,
    issues,
    calendar,
    feedback,
    visits,
    imports,
    exports,
    offline,
    notices,
    voices,
    reports,
    papers,
    api,
)
