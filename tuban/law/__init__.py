"""The law: typed facts in, a timeline of stages with their grounds out.

Pure: no database, no clock, no user. `facts` says what can be recorded, `timeline` what follows
from it on every day past and future, `admission` what must not be recorded, `approvals` and
`remedies` answer single questions. Every rule is registered in `rules` with its article, every
figure of law in the dated table `parameters`; what rests on memory carries `verified=False`.
"""
