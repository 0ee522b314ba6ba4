"""Writes of campaigns, their categories and their dispatch catalogue."""

from hengli_visits.campaigns.actions.dispatching import remove_line, replace_catalogue, save_line
from hengli_visits.campaigns.actions.setting_up import create_campaign, edit_campaign, move_campaign, save_category

__all__ = [
    "create_campaign",
    "edit_campaign",
    "move_campaign",
    "remove_line",
    "replace_catalogue",
    "save_category",
    "save_line",
]
