"""What happens to callers while they wait: their places, an honest estimate, what they are told, call-backs released in turn."""
