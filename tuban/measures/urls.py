"""Addresses of measures."""

from django.urls import path

from tuban.measures import views

urlpatterns = [
    path("measures/effects/<int:upload_pk>/", views.effects, name="upload-effects"),
    path("measures/<slug:code>/", views.detail, name="measure-detail"),
    path("measures/<slug:code>/export.xlsx", views.export, name="measure-export"),
]
