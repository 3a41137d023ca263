"""Addresses of one's own account."""

from django.urls import path

from tuban.accounts.mine import views

urlpatterns = [
    path("accounts/", views.account, name="account"),
    path("accounts/password/", views.password, name="password"),
    path("accounts/second-factor/", views.second_factor, name="second-factor"),
    path("accounts/second-factor/codes/", views.second_factor_codes, name="second-factor-codes"),
    path("accounts/second-factor/off/", views.second_factor_off, name="second-factor-off"),
    path("accounts/tokens/", views.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", views.revoke, name="token-revoke"),
]
