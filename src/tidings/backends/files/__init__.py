"""Files of this machine or of a bucket: pictures, and what providers answered a moment ago."""
