"""Studio's server side: the application that was built (`dist/`, from `studio/`), and who is signed in to it."""
