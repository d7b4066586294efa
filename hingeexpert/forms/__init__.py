"""One filled form: read, and written."""

from hingeexpert.forms.assessment import Assessment
from hingeexpert.forms.older import answered_by_older_shorthand
from hingeexpert.forms.reading import read_form
from hingeexpert.forms.writing import form_of

__all__ = ["Assessment", "answered_by_older_shorthand", "form_of", "read_form"]
