"""The demonstration: 双千 on the town's own sample rosters, with ten days of visits and what became of them."""
