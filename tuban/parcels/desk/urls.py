"""Addresses of the upload desk."""

from django.urls import path

from tuban.parcels.desk import views

urlpatterns = [
    path("imports/", views.desk, name="import-list"),
    path("imports/template.xlsx", views.blank_template, name="import-template"),
    path("imports/headings/", views.heading_memory, name="import-headings"),
    path(
        "imports/headings/<int:pk>/forgetting/",
        views.forget_heading,
        name="import-heading-forget",
    ),
    path("imports/<int:pk>/", views.detail, name="import-detail"),
    path("imports/<int:pk>/progress/", views.progress, name="import-progress"),
    path("imports/<int:pk>/sums/", views.sums, name="import-sums"),
    path("imports/<int:pk>/foresight/", views.foresight, name="import-foresight"),
    path("imports/<int:pk>/errors.xlsx", views.errors, name="import-errors"),
    path("imports/<int:pk>/reading/", views.read_again, name="import-read-again"),
    path("imports/<int:pk>/answers/", views.answer, name="import-answers"),
    path("imports/<int:pk>/confirmation/", views.confirm, name="import-confirm"),
    path("imports/<int:pk>/stop/", views.stop, name="import-stop"),
    path("imports/<int:pk>/set-aside/", views.set_aside, name="import-set-aside"),
    path("imports/<int:pk>/withdrawal/", views.withdraw, name="import-withdraw"),
]
