"""Rule packs that come with detlint, and what a rule is (`base`)."""
