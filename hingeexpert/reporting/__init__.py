"""A diagnosis as text, as a page, as a schema."""

from hingeexpert.reporting.report import render_html, render_text

__all__ = ["render_html", "render_text"]
