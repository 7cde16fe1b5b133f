"""The Celery app is made with the package, so that every `shared_task` binds to it."""

from epo.celery import app as celery_app

__all__ = ["celery_app"]
