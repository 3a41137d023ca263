"""地块: parcels, approvals, facts on two clocks, phases derived by law, and ledger imports.

People record facts; `phases` rebuilds what the law makes of them in the same transaction; nobody
writes a stage. `access` is the only way to fetch, `actions` the only way to change.
"""
