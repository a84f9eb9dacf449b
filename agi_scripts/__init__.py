"""The conversations, one file each, and menu.toml, which says which key leads where."""
