"""导入台 (the upload desk): files handed in, read in the background, previewed, confirmed, withdrawn.

What a file means is decided in `parcels.imports`; here stand the pages and the jobs' comings and
goings.
"""
