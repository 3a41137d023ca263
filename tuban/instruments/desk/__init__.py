"""方案核对台: a plan is handed in, read in the background, reviewed, corrected and confirmed.

Parts: `actions` what a post does · `reading` and `child` the limited process that reads a file ·
`review` what the page shows · `marks` the text with its marks · `forms` what can be corrected ·
`words` paths in words · `typed` tables pasted or typed in · `views`, `urls`.
"""
