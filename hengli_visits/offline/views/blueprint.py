"""The blueprint of what works without a network."""

from flask import Blueprint

bp = Blueprint("offline", __name__)
