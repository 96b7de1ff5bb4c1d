"""Addresses of the provider's door, below /portal/."""

from django.urls import path

from retained.portal import views

_STATEMENT = "portal/statements/<str:reference>/<month:month>/<int:number>/"

urlpatterns = [
    path("portal/", views.portal_statements, name="portal_statements"),
    path(_STATEMENT, views.portal_statement, name="portal_statement"),
    path(f"{_STATEMENT}answer/", views.portal_answer, name="portal_answer"),
]
