"""Pages of accounts, by whom they are for."""

from hengli_visits.accounts.views import administration, cards, own, signing_in
from hengli_visits.accounts.views.blueprint import bp

__all__ = ["administration", "bp", "cards", "own", "signing_in"]
