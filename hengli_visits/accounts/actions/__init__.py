"""Writes of accounts, by what they write: devices, signing in, sign-in cards, roles."""

from hengli_visits.accounts.actions.cards import Sheet, issue_card, issue_cards, revoke_cards, use_card
from hengli_visits.accounts.actions.devices import (
    end_device,
    end_devices,
    end_other_devices,
    note_outbox,
    open_device,
    sign_out,
    touch_device,
)
from hengli_visits.accounts.actions.roles import (
    disable,
    enable,
    end_all_devices,
    end_grant,
    grant_role,
    unlock,
)
from hengli_visits.accounts.actions.signing_in import (
    Attempt,
    Client,
    begin_change,
    begin_sign_in,
    change_password,
    check_new_password,
    finish_sign_in,
    open_account,
    prefer,
    set_password,
)

__all__ = [
    "Attempt",
    "Client",
    "Sheet",
    "begin_change",
    "begin_sign_in",
    "change_password",
    "check_new_password",
    "disable",
    "enable",
    "end_all_devices",
    "end_device",
    "end_devices",
    "end_grant",
    "end_other_devices",
    "finish_sign_in",
    "grant_role",
    "issue_card",
    "issue_cards",
    "note_outbox",
    "open_account",
    "open_device",
    "prefer",
    "revoke_cards",
    "set_password",
    "sign_out",
    "touch_device",
    "unlock",
    "use_card",
]
