"""Journeys: whole stories, key by key, on real terminals, with a real hub process."""
