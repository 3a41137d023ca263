"""Addresses of parcels and their facts."""

from django.urls import path

from tuban.parcels import views
from tuban.parcels.desk import urls as desk

urlpatterns = [
    path("parcels/", views.parcel_list, name="parcel-list"),
    path("parcels/export.xlsx", views.export, name="parcel-export"),
    path("parcels/ledger.xlsx", views.ledger, name="parcel-ledger"),
    path("parcels/<int:pk>/", views.detail, name="parcel-detail"),
    path("parcels/<int:pk>/facts/", views.add_fact, name="fact-add"),
    path(
        "parcels/<int:pk>/facts/<int:fact_pk>/correction/",
        views.correct_fact,
        name="fact-correct",
    ),
    path("parcels/<int:pk>/facts/<int:fact_pk>/review/", views.review_fact, name="fact-review"),
    *desk.urlpatterns,
]
