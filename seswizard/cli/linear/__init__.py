"""The linear way: the same road as plain questions and lines, and unattended. It draws nothing and repeats nothing."""
