"""Addresses of sign-in and sign-out."""

from django.urls import path

from tuban.accounts import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="login"),
    path("accounts/tokens/", views.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", views.revoke, name="token-revoke"),
    path("accounts/logout/", views.sign_out, name="logout"),
]
