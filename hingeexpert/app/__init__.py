"""The app: the pages in a browser without a server, as a folder or as one file.

Owns what runs inside the browser in the server's place, and how an app is written.
"""
