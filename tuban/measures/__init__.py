"""指标: definitions, contributions, progress against targets. Rounds nothing, types nothing."""
