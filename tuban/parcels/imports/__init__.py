"""台账导入: a spreadsheet in, checked rows, a preview, one transaction that records facts.

The way of a file:
    gate      is it a workbook at all, and safe to open
    workbook  bytes → sheets of plain cells with their merged ranges
    headings  which row holds the headings, which column is what, in which unit
    sheets    records, totals and remarks of the chosen sheet
    cells     one cell → a typed value or a problem
    rows      one record → what the row states: parcel, approval, facts, problems; `rowchecks`
    crosschecks, recordchecks  what only the other rows, and only the record, show
    plans     what the row would change in the record as it stands now; `oddchanges`
    staging   the above for a whole file, into StagedRow by chunks
    confirm   the plans of an upload, recorded in one transaction
    withdraw  a batch undone as a whole; `restoring` its descriptions, `overtaken` later checks

Everything up to `rows` is free of Django and of the database: a child process can run it alone.
"""
