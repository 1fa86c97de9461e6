"""Files that are written once and read often, in a folder or a bucket."""
