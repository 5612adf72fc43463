"""The ground every slice stands on: database, effects, jobs, web, clock, money, mail."""
