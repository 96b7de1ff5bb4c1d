"""Addresses of the portfolio; permissions.toml names who may open each."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
