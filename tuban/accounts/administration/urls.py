"""Addresses of the administrator's pages."""

from django.urls import path

from tuban.accounts.administration import views

urlpatterns = [
    path("accounts/manage/", views.accounts, name="account-list"),
    path("accounts/manage/add/", views.add, name="account-add"),
    path("accounts/manage/<int:pk>/", views.detail, name="account-detail"),
    path("accounts/manage/<int:pk>/reset/", views.reset, name="account-reset"),
    path("accounts/manage/<int:pk>/unlock/", views.unlock, name="account-unlock"),
    path("accounts/manage/<int:pk>/factor-off/", views.factor_off, name="account-factor-off"),
    path("accounts/manage/<int:pk>/stop/", views.stop, name="account-stop"),
    path("accounts/manage/<int:pk>/resume/", views.resume, name="account-resume"),
    path("accounts/organisations/", views.organisations, name="organisation-list"),
]
