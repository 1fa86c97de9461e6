"""The cluster tier: the stream in NATS JetStream, and the wake-up between hosts."""
