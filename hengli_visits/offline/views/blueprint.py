"""The blueprint of working without a network."""

from flask import Blueprint

bp = Blueprint("offline", __name__)
