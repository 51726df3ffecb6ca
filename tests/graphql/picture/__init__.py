"""Tests of pictures in the API."""
