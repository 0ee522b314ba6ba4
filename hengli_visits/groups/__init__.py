"""Groups, teams and their leaders."""
