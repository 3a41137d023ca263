"""账号管理: the system administrator's pages on accounts, posts and organisations."""
