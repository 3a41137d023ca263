"""Address of 待办."""

from django.urls import path

from tuban.todo import views

urlpatterns = [path("todo/", views.todo, name="todo")]
