"""The composition root: the only room that knows all the others. Each process imports what it needs of it."""
