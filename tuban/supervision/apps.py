"""The app's name for Django; a plan that comes into force gets its milestones."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """督办: milestones, duties, reports, acceptance."""

    name = "tuban.supervision"
    label = "supervision"
    verbose_name = "督办"

    def ready(self) -> None:
        """Milestones stand in the transaction that lets the plan stand."""
        from tuban.instruments.actions import plan_stands
        from tuban.supervision.forming import on_plan_stands

        plan_stands.connect(on_plan_stands, dispatch_uid="supervision.form")
