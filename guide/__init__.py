"""What callers are told without asking who they are: policy articles and branches, from files that a centre's staff edit."""
