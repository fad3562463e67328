"""FamilyHub beside others, on the same records in the same run: what ``make bench-sync`` prints."""
