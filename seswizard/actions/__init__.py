"""What we can change: each action is first a plan that is shown, then applied, journalled and undoable."""
