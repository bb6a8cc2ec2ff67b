"""Towers written once, in plain layout or in the Neural Engine's."""
