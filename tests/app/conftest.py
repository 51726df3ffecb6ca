"""The application over the little city of the API's tests."""

from tests.graphql.conftest import application, city_file, live

__all__ = ["application", "city_file", "live"]
