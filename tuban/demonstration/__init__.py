"""演示: a fictional city, loaded through the public actions only."""
