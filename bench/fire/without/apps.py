from __future__ import annotations

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from bench.fire import without


class WithoutConfig(AppConfig):
    name = "bench.fire.without"
    label = "without"

    def ready(self) -> None:
        for module in pkgutil.iter_modules(without.__path__):
            if module.name != "apps":
                import_module(f"{without.__name__}.{module.name}")
        for name in settings.TAKEN_OUT:
            without.KNOWN[name]()
