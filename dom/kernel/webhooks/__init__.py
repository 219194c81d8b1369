"""Tells partners what happened: events of the feed as signed messages (Standard Webhooks), at least once each.

An endpoint is a cursor in the event feed. `intake` turns events into deliveries and moves the cursor in one
transaction; `sending` hands deliveries over outside any transaction and writes down what came of it. A sender that
dies in between leaves a lease that runs out, and the message goes out again under the same `webhook-id`.
"""
