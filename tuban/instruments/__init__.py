"""文件、条款、任务、目标: plans that bind the bureau, once a person has confirmed them."""
