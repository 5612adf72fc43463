"""Money that has arrived: transferred on, taken back, paid out."""
