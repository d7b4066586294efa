"""The label: what the product is, what it rests on, what was proven of it, and what is not known.

`prepared` gathers it, `proving` proves what it says of the rules, the other modules write it.
"""
