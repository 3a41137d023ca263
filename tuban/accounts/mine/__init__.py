"""本人账号: password, second factor, tokens, what was done in the account's name."""
