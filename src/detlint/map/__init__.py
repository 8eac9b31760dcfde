"""The map of a project: for each entry point the random states, modes and variables on which repeating its runs hangs.

`build` makes the values of `model` from what the project model knows; `text`, `json_document` and `html` show them.
"""
