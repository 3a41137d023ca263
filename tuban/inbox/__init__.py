"""消息: what the product tells a post of its own accord, on the page and by a daily e-mail."""
