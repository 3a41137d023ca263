"""Addresses of the review desk."""

from django.urls import path

from tuban.instruments.desk import views

urlpatterns = [
    path("instruments/typed/", views.typed, name="instrument-typed"),
    path("instruments/<int:pk>/review/", views.review, name="draft-review"),
    path("instruments/<int:pk>/review/original/", views.original, name="draft-original"),
    path("instruments/<int:pk>/review/progress/", views.progress, name="draft-progress"),
    path("instruments/<int:pk>/review/reading/", views.read_again, name="draft-read-again"),
    path("instruments/<int:pk>/review/correction/", views.correction, name="draft-correction"),
    path("instruments/<int:pk>/review/confirmation/", views.confirm, name="draft-confirm"),
    path("instruments/<int:pk>/review/dropping/", views.drop, name="draft-drop"),
]
