"""方案核对台: a plan is handed in, read in the background, reviewed, corrected and confirmed.

Parts: `upload` the file form · `actions` what a post does · `reading` and `child` the limited
process that reads a file · `review` what the page shows, made of `items` · `marks` the text with its
marks · `forms` what can be corrected, with `edit`, `fields`, `additions` · `confirming` the form
beside the button · `words` places and values in words · `typed` tables pasted or typed in.
"""
