"""The corridor: `inbound` and `outbound` tell the whole story."""
