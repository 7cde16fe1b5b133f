import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epo.settings")

application = get_wsgi_application()

from epo.core.durability import stop_if_unsafe  # noqa: E402 -- needs the applications loaded

stop_if_unsafe()
