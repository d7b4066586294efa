"""What goes home on paper."""

from hingeexpert.handout.document import Handout, Wishes
from hingeexpert.handout.printing import handout_html, handout_pdf
from hingeexpert.handout.writing import handout

__all__ = ["Handout", "Wishes", "handout", "handout_html", "handout_pdf"]
