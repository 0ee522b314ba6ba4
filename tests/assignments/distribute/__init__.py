"""The algorithm of sharing out, against brute force and by its promises."""
