"""The central store of a partnership: custody of every op, rights, folding, feeds, snapshots, enrolment."""
