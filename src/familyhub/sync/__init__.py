"""How copies agree: ops, clock, merge, messages and the two state machines. Pure: no file, socket, time or chance."""
