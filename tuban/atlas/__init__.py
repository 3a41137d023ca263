"""一张图: tiles of the parcels as of any day, and the page that asks them."""
