"""The label behind the pages: linked where there is one, and the same on a server and in an app."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from offline import Offline
from served import live
from shipped import shipped

from hingeexpert.app.carried import Carried
from hingeexpert.app.entry import OfflineApp
from hingeexpert.assurance.label.fields import FIRST_LINE
from hingeexpert.assurance.label.pages import label_page
from hingeexpert.formats.files import data_folder
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

LINK = 'href="/label"'
