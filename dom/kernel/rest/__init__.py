"""What every REST endpoint stands on: keys, scopes, problems, idempotency, paging, limits. Start at `view.ApiView`."""
