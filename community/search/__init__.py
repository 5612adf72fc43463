"""Finding listings: one engine protocol, fed by facts."""
