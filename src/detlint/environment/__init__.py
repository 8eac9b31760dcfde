"""What the files around the code say: dependencies and their versions, environment variables, commands, images.

One reader a format, each from text to facts with places in the file; nothing is executed, nothing is asked of a
network. `detlint.environment.project` puts the files of a project together.
"""
