"""A person's own data: tables as spreadsheets and programs write them, and what a network is to learn from them."""
