"""Addresses of sign-in and sign-out."""

from django.urls import path

from tuban.accounts import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="login"),
    path("accounts/logout/", views.sign_out, name="logout"),
]
