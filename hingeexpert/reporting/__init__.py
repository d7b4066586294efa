"""A diagnosis as text, as a note, as a page, as a schema."""

from hingeexpert.reporting.report import render_html, render_note, render_short, render_text

__all__ = ["render_html", "render_note", "render_short", "render_text"]
