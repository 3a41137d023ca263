"""Addresses of the record of changes."""

from django.urls import path

from tuban.history import views

urlpatterns = [
    path("history/", views.history, name="history"),
    path("history/export.xlsx", views.export, name="history-export"),
]
