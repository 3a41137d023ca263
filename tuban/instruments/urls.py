"""Addresses of plans and their targets."""

from django.urls import include, path

from tuban.instruments import views

urlpatterns = [
    path("instruments/", views.plans, name="instrument-list"),
    path("instruments/targets/", views.matrix, name="target-matrix"),
    path("instruments/<int:pk>/", views.detail, name="instrument-detail"),
    path("instruments/<int:pk>/difference/", views.difference, name="instrument-difference"),
    path("", include("tuban.instruments.desk.urls")),
]
