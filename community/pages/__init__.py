"""Pages composed of several slices: home, desk, and the site itself."""
