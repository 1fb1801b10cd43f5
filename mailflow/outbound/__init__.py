"""Mail on its way out: composed as values, then delivered."""
