"""One revision of the register's schema a file, in the order of their numbers."""
