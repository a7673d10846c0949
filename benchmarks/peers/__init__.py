"""Other bots, holding the same conversation. Each runs in `.venv/peers`, where nothing of ours is installed."""
