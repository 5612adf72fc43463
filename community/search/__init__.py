"""Search over listings: one protocol, an embedded engine and a served one."""
