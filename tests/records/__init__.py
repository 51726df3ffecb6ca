"""What makes the pages that are made, not written: settings, tour, figures."""
