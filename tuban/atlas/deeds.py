"""What is taken from the map."""

from tuban.accounts.records import Group, deed

SHEET_DRAWN = deed("map.sheet", "出图", Group.TAKEN)
