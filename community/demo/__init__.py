"""The demo towns: the association, made through the real actions."""
