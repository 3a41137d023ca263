"""更正: what every correction form has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from tuban.instruments.corrected import STRUCK, Change, Json, NoSuchPlace, look_up


class Edit(forms.Form):
    """One correction. `path` is the place of the item; `item` what is held there now."""

    heading: ClassVar[str] = ""
    reason = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, reading: Json, path: str, data: Any = None) -> None:
        self.reading, self.path = reading, path
        self.item = self.held()
        super().__init__(data, initial=self.shown(), auto_id=f"{path.replace('/', '-')}-%s")
        if "reason" in self.fields:
            self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def held(self) -> Json:
        """The item at the path."""
        item = look_up(self.reading, self.path)
        if not isinstance(item, dict):
            raise NoSuchPlace(self.path)
        return item

    def shown(self) -> Json:
        """Initial values of the fields."""
        return self.item

    def changes(self) -> list[Change]:
        """What the reviewer changed, with the whole path of each."""
        return [
            (f"{self.path}/{name}", value)
            for name, value in self.values().items()
            if self._held(name) != value
        ]

    def _held(self, name: str) -> Any:
        """What stands now; an item that nobody struck out says nothing of it."""
        return bool(self.item.get(STRUCK)) if name == STRUCK else self.item.get(name)

    def values(self) -> Json:
        """Fields as the reading keeps them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
