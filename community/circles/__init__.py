"""Circles: four to six members who meet every month, with an agenda and minutes, in a room of their own."""
