"""One solution to each exercise. Others are right, too: the tests say which."""
