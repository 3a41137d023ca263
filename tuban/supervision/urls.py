"""Addresses of tasks."""

from django.urls import path

from tuban.supervision import views

urlpatterns = [
    path("tasks/", views.tasks, name="task-list"),
    path("tasks/export.xlsx", views.export, name="task-export"),
    path("tasks/wall/", views.wall, name="task-wall"),
    path("tasks/rule/", views.rule, name="task-rule"),
    path("tasks/<int:pk>/", views.detail, name="task-detail"),
    path("tasks/<int:pk>/milestones/", views.add_milestone, name="task-milestone"),
    path("tasks/duties/<int:pk>/report/", views.report, name="duty-report"),
    path("tasks/duties/<int:pk>/accept/", views.accept, name="duty-accept"),
    path("tasks/duties/<int:pk>/return/", views.hand_back, name="duty-return"),
    path("tasks/duties/<int:pk>/reopen/", views.reopen, name="duty-reopen"),
    path("tasks/duties/<int:pk>/release/", views.release, name="duty-release"),
    path("tasks/milestones/<int:pk>/day/", views.set_day, name="milestone-day"),
    path("tasks/milestones/<int:pk>/units/", views.add_unit, name="milestone-unit"),
    path("tasks/units/<int:pk>/respond/", views.respond, name="task-respond"),
    path("tasks/evidence/<int:pk>/", views.attachment, name="task-evidence"),
]
