"""单位、岗位、人员、角色、管辖: who works here, in which role, over which region.

No personal names anywhere: an account belongs to a post (岗位), a post to an organisation (单位),
and an organisation to a region. What a role may do is one table, `access.PERMISSIONS`.
"""
