"""Addresses of the board."""

from django.urls import path

from tuban.bulletins import views

urlpatterns = [
    path("board/", views.board, name="board"),
]
