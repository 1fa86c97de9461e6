"""The front door: decode, call, encode. It decides nothing."""
