"""Addresses of the map."""

from django.urls import path

from tuban.atlas import views

urlpatterns = [
    path("tiles/parcels/<int:z>/<int:x>/<int:y>.mvt", views.parcel_tile, name="parcel-tile"),
]
