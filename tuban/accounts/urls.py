"""Addresses of sign-in and sign-out, of one's own account, and of the administrator's pages."""

from django.urls import include, path

from tuban.accounts import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="login"),
    path("accounts/login/code/", views.second_step, name="second-step"),
    path("accounts/logout/", views.sign_out, name="logout"),
    path("", include("tuban.accounts.mine.urls")),
    path("", include("tuban.accounts.administration.urls")),
]
