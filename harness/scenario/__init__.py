"""What a scenario is, and the player that carries one out in virtual time."""
