"""Where people look and few offer: figures of the niches, and the way from a last job to a first listing."""
