"""变更记录: the page on which the record of changes is read, filtered and exported.

What is written, and how, is `tuban.accounts.records`.
"""
