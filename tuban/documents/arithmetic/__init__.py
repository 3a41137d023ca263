"""表内算术: sums of printed tables, whether rounding explains them, and the formula behind them.

The way: `grid` (table → cells and identities) → `sums` (each identity alone) → `rounding` (all of
them at once) → `formulas` (share, remainder). `intervals` solves and proves; every verdict rests
on exact fractions, never on a float.
"""
