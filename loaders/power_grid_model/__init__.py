"""power-grid-model input data (JSON) into the graph."""

from loaders.power_grid_model.components import is_power_grid_model
from loaders.power_grid_model.source import PowerGridModelSource

__all__ = ["PowerGridModelSource", "is_power_grid_model"]
