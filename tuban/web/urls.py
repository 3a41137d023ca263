"""Addresses that belong to no app of the trade."""

from django.urls import path

from tuban.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("display/", views.display, name="display"),
    path("favicon.ico", views.favicon, name="favicon"),
]
