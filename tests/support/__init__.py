"""What tests share: a real PostgreSQL and a real terminal."""
