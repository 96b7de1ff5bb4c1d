"""Addresses of the cases; permissions.toml names who may open each."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
