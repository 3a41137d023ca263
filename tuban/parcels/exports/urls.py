"""Addresses of exports."""

from django.urls import path

from tuban.parcels.exports import views

urlpatterns = [
    path("parcels/exports/", views.formats, name="parcel-exports"),
    path("parcels/export.xlsx", views.parcels, {"form": "xlsx"}, name="parcel-export"),
    path("parcels/ledger.xlsx", views.parcels, {"form": "ledger"}, name="parcel-ledger"),
    path("parcels/export.txt", views.parcels, {"form": "txt"}, name="parcel-export-txt"),
    path(
        "parcels/export.geojson", views.parcels, {"form": "geojson"}, name="parcel-export-geojson"
    ),
    path("parcels/export.gpkg", views.parcels, {"form": "gpkg"}, name="parcel-export-gpkg"),
    path("imports/export.xlsx", views.uploads, name="import-export"),
    path("imports/<int:pk>/rows.xlsx", views.upload_rows, name="import-rows"),
    path("parcels/exports/<int:pk>/", views.detail, name="export-detail"),
    path("parcels/exports/<int:pk>/progress/", views.progress, name="export-progress"),
    path("parcels/exports/<int:pk>/file/", views.file, name="export-file"),
]
