"""工作日历: the years that come with the product and the notices imported since."""
