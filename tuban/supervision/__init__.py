"""督办: who owes what until when, what was reported and who accepted it."""
