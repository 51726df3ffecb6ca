"""The application: where everything is wired together. Names stand in its modules, so that each costs only itself."""
