"""Addresses of parcels and their facts."""

from django.urls import path

from tuban.parcels import views
from tuban.parcels.desk import urls as desk
from tuban.parcels.exports import urls as exports

urlpatterns = [
    path("parcels/", views.parcel_list, name="parcel-list"),
    path("parcels/<int:pk>/", views.detail, name="parcel-detail"),
    path("parcels/<int:pk>/facts/", views.add_fact, name="fact-add"),
    path(
        "parcels/<int:pk>/facts/<int:fact_pk>/correction/",
        views.correct_fact,
        name="fact-correct",
    ),
    path("parcels/<int:pk>/facts/<int:fact_pk>/review/", views.review_fact, name="fact-review"),
    *exports.urlpatterns,
    *desk.urlpatterns,
]
