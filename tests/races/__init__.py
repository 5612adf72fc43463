"""Correctness under fire: each claim beside a bug that was planted, or a guard that was taken away, and is caught.

| claim | its test | its control |
|---|---|---|
| one slot has one winner | `test_one_slot` | no lock, check and constraint: it oversells |
| a death anywhere loses nothing | `test_kills` | |
| an event takes effect once, in any order | `test_events` | duplicates taken for new ones: effects double |
| no more goes back than was paid | `test_refunds` | nothing is checked or counted: it does |
| nobody waits for a service, nothing is lost | `test_faults` | the first bug below |
| talk survives reloads | `test_chat_reload` | the fifth |
| what is told is held against what is there | `test_record` | lost, doubled, refused and there |

| planted bug | what catches it |
|---|---|
| 1. redis-py's own retries | `test_faults`: somebody waits for more than two seconds |
| 2. `writing()` around a gateway call | `test_planted`: the gateway refuses |
| 3. preload with a pooled connection | `ops/test_forks`: two processes share a connection |
| 4. triggers dropped by a migration | `shape/test_upgrades`: the database has not every guard |
| 5. simple-websocket as it is | `rooms/test_slow_reader`: the stream breaks |

All of it runs small in `make test` and at full counts in `make storm`; `bin/storm` lists the variables. Seeds are
printed; `SEED=…` repeats one.
"""
