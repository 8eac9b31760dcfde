"""Where code comes from: finding files, reading them, parsing them.

`discovery` goes from paths to files, `source` from bytes to text and to CPython's tree. Nothing here knows of rules.
"""
