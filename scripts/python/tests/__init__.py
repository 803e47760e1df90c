"""Tests of the Python reference and client; `scripts/test` runs them (Tests/SystemTests)."""
