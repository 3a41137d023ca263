"""The WSGI door that a web server loads."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuban.config.settings")

application = get_wsgi_application()

# What is loaded now stays for the life of the process. Without this the collector looks through all
# of it again every few requests, and one of them waits a tenth of a second for it.
import_module("tuban.config.urls")
gc.collect()
gc.freeze()
