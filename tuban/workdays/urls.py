"""Addresses of the work calendar."""

from django.urls import path

from tuban.workdays import views

urlpatterns = [
    path("workdays/", views.years, name="workdays"),
    path("workdays/import/", views.bring, name="workdays-import"),
    path("workdays/import/confirm/", views.confirm, name="workdays-confirm"),
    path("workdays/<int:year>/", views.year, name="workdays-year"),
]
