"""核对: what a reviewer must look at in one document. One module a subject, one function a rule.

Every rule is general: it asks how the parts of a plan stand to each other, never for the words of
one plan. docs/reference/findings.md lists them.
"""
