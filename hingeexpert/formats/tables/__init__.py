"""Tables of any kind as chunks of text. Nothing here knows a question."""
