"""待办: one page of all that waits for a post, from whichever part of the product."""
