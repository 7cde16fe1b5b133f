"""What people say by text message or messenger, what it means, and what is answered. Rows are written by `battles.actions`."""
