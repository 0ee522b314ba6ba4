"""The blueprint of what people say."""

from flask import Blueprint

bp = Blueprint("voices", __name__)
