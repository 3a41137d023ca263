"""Addresses of plans and their targets."""

from django.urls import include, path

from tuban.instruments import views

urlpatterns = [
    path("instruments/", views.plans, name="instrument-list"),
    path("instruments/export.xlsx", views.plans_export, name="instrument-list-export"),
    path("instruments/targets/", views.matrix, name="target-matrix"),
    path("instruments/targets/export.xlsx", views.matrix_export, name="target-matrix-export"),
    path("instruments/<int:pk>/", views.detail, name="instrument-detail"),
    path("instruments/<int:pk>/export.xlsx", views.list_export, name="instrument-export"),
    path("instruments/<int:pk>/difference/", views.difference, name="instrument-difference"),
    path("", include("tuban.instruments.desk.urls")),
]
