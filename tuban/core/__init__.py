"""Errors, clock, requests, jobs, health: nothing here is a noun of the trade."""
