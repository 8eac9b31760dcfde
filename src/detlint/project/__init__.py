"""What is known beyond one statement: effects of calls, summaries of modules, and runs of entry points."""
