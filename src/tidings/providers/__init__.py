"""Providers: one file each, listed in `catalog`. The corridor names none of them."""
