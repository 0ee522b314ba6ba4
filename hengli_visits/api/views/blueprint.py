"""The blueprint of the interface for other systems."""

from flask import Blueprint

bp = Blueprint("api", __name__)
