"""Released versions as they were left, and the tests that open them."""
