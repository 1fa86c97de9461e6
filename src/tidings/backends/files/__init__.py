"""Files of this machine or of a bucket: pictures, and how far attempts have come."""
