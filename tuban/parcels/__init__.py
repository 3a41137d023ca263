"""批次、地块、事实、时间线: the ledger of land and what is known of it."""
