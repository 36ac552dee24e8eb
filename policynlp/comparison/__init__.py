"""Zones and years side by side: profiles, presence, words, likeness, borrowing, promises."""
