"""The console (值班台): what a browser gets at `/`. A client of the public API only; its files are served as is."""
