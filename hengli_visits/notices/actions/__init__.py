"""Writes of notices: that they were read, and how they leave the program."""

from hengli_visits.notices.actions.channels import create, delete, edit, pause, prepare_test, resume, send_again
from hengli_visits.notices.actions.reading import mark_read
from hengli_visits.notices.actions.routing import forget_old, put_on_the_way
from hengli_visits.notices.actions.sending import send_due

__all__ = [
    "create",
    "delete",
    "edit",
    "forget_old",
    "mark_read",
    "pause",
    "prepare_test",
    "put_on_the_way",
    "resume",
    "send_again",
    "send_due",
]
