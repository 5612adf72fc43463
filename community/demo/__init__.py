"""The demo towns."""
