"""The hazard log: read, proven over every form, and each person that is found judged by the
engine.
"""
