"""Connected accounts: opened, onboarded, restricted, and what the platform earns on their charges."""
