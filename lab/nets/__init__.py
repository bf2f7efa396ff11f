"""Networks and their arithmetic."""
