"""看板、通报: reads everything, owns frozen figures."""
