"""mailflow turns mail to support@ into tickets and keeps the promise made to customers.

door -> inbox | understand: parse -> author -> language -> classify
              | decide: thread -> ticket -> compose -> outbox | deliver

Start reading in pipeline.py; docs/flow.md shows the same on one page.
"""
