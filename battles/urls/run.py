"""Addresses, one list an area."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
