"""One leaf a kind of exception: what is taken of it, and the template that follows."""
