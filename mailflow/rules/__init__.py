"""Policy that an operator configures: buckets, routes, hours, promises, limits. Pure."""
