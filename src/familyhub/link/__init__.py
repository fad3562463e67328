"""The wire between a laptop and its hub: signing, transport, exchange, enrolment, the loop behind the app."""
