"""Addresses of messages, mailboxes and the rule of reminders."""

from django.urls import path

from tuban.inbox import views

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/read/", views.read_all, name="messages-read"),
    path("messages/mail/", views.switch, name="messages-mail"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("mailboxes/", views.mailboxes, name="mailboxes"),
    path("reminders/", views.rules, name="reminder-rules"),
]
