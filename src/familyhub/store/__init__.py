"""Where records are kept: the vault, the engine, ``apply`` (the only writer of synced tables), queries, search, drafts."""
