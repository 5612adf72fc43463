"""Linchpin: a marketplace and live coworking community for micropreneurs."""
