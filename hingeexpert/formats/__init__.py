"""Files of any kind, in and out. Nothing here knows a hinge."""
