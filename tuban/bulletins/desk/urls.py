"""Addresses of bulletins."""

from django.urls import path

from tuban.bulletins.desk import views

urlpatterns = [
    path("bulletins/", views.bulletins, name="bulletin-list"),
    path("bulletins/export.xlsx", views.export, name="bulletin-list-export"),
    path("bulletins/new/", views.compose, name="bulletin-compose"),
    path("bulletins/<int:pk>/", views.detail, name="bulletin-detail"),
    path("bulletins/<int:pk>.docx", views.document, name="bulletin-docx"),
    path("bulletins/<int:pk>/text/", views.text, name="bulletin-text"),
    path("bulletins/<int:pk>/figures/", views.refresh, name="bulletin-refresh"),
    path("bulletins/<int:pk>/figures/<int:figure_pk>/", views.figure, name="bulletin-figure"),
    path("bulletins/<int:pk>/submission/", views.submit, name="bulletin-submit"),
    path("bulletins/<int:pk>/review/", views.review, name="bulletin-review"),
    path("bulletins/<int:pk>/return/", views.hand_back, name="bulletin-return"),
    path("bulletins/<int:pk>/issue/", views.issue, name="bulletin-issue"),
    path("bulletins/<int:pk>/void/", views.void, name="bulletin-void"),
    path("bulletins/<int:pk>/removal/", views.discard, name="bulletin-discard"),
]
