"""Identity, persons, membership, blocks, sanctions and reports."""
