"""Fixes: from the edits that rules propose to files that are repaired.

`choosing` picks those that can be applied together, `editing` makes new bytes of a file's old ones and the edits,
`rounds` repeats until nothing changes, `writing` puts the result on disk, `difference` shows it. What an edit should be
is for rules to say (`detlint.rules.repairs`).
"""
