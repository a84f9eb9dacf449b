"""A robot telephone and an ear: places real calls and knows, without speech recognition, what it was told."""
