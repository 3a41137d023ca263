"""Addresses of the map."""

from django.urls import path

from tuban.atlas import views

urlpatterns = [
    path("map/", views.page, name="map"),
    path("map/print/", views.sheet, name="map-print"),
    path("map/window/", views.window, name="map-window"),
    path("map/hits/", views.hits, name="map-hits"),
    path("map/measure/", views.measure, name="map-measure"),
    path("map/place/", views.place, name="map-place"),
    path("tiles/parcels/<int:z>/<int:x>/<int:y>.mvt", views.parcel_tile, name="parcel-tile"),
    path("tiles/regions/<int:z>/<int:x>/<int:y>.mvt", views.region_tile, name="region-tile"),
]
