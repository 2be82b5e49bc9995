"""The DNS of the embedded world: authoritative servers below a delegation, and caching resolvers, on loopback."""
