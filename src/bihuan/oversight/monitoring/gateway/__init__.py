"""The HJ 212 server: takes what devices send, stores it, answers when it is stored, and tells them orders."""
