"""Projects made from templates: creating them, checking that they still are as the template has them, renewing them.

Given a folder, or a template and answers; gives files, findings about structure, merges. Nothing here is imported by
`check`, and nothing here knows how code is looked at, but for the determinism settings that a template requires.
"""
