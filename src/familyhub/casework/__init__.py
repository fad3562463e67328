"""What people do: one function per act, on an open laptop. Screens and commands call these and nothing below them."""
