"""The server of `hingeexpert serve`: pages, and an interface for other programs, on this machine or
in one clinic. It judges nothing.
"""
