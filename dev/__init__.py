"""What set-up, the launcher and the tests need around the product; not part of it."""
