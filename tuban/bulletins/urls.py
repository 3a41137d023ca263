"""Addresses of the board and of bulletins."""

from django.urls import path

from tuban.bulletins import views
from tuban.bulletins.desk.urls import urlpatterns as desk

urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/export.xlsx", views.export, name="board-export"),
    *desk,
]
