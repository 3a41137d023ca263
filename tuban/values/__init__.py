"""Values of the trade: areas as printed, legal dates, numbers, places, document numbers.

Pure: no Django, no clock, no database. Everything here parses what people write, keeps what was
printed, and calculates exactly.
"""
