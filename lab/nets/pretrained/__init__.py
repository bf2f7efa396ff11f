"""Networks whose weights others have trained, and where these weights are found."""
