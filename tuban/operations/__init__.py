"""备份与恢复: the whole record in one folder, and back from it.

- `postgres`  the server of the settings, its programs, its databases
- `kept`      delivered files that the record names
- `manifest`  what a backup says of itself, and whether that is true
- `backup`    one snapshot of the database with its files; `retention` of older ones
- `restore`   into a database of its own, compared, then put in place of the old one
"""
