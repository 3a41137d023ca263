"""What happens to the map, and what is taken from it."""

from tuban.accounts.records import Group, deed

BOUNDARIES_REPLACED = deed("map.boundaries", "导入行政区界线")
SHEET_DRAWN = deed("map.sheet", "出图", Group.TAKEN)
