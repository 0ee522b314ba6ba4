"""The table of moves as a picture and as a page of the documentation, both made from the table alone."""

from hengli_visits.issues.picture.drawing import svg
from hengli_visits.issues.picture.page import markdown

__all__ = ["markdown", "svg"]
