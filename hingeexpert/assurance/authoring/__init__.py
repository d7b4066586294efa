"""Changing the rules, and seeing at once who is judged otherwise."""
