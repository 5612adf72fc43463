.PHONY: run services test check storm bench demo lock

run:            ## set up, migrate, load the demo town once, serve; PROFILE=full: several processes and services
	@bin/run

services:       ## PostgreSQL, Redis, Elasticsearch and S3 in the foreground, for development
	@bin/local-services

test:           ## everything, on both profiles, with browsers; ARGS=--fast or ARGS="-k …"
	@bin/test $(ARGS)

check:          ## format, lint, types, floors, templates, sizes
	@bin/check

storm:          ## races, kills, faults, events and reloads at their full counts
	@bin/storm $(ARGS)

bench:          ## start-up and memory
	@bin/bench $(ARGS)

demo:           ## load the demo town beside a running server
	@bin/demo $(ARGS)

lock:           ## pin the dependencies anew, with hashes
	@bin/lock
