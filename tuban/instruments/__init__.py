"""文件、条款、任务、目标: official documents as data."""
