"""What stands behind the first link of a message, where the host has switched that on (`LINK_PREVIEWS`)."""
