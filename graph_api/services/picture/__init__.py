"""Pictures (图形): where the things of a feeder, a station, a customer or a map stand, and how each of them is."""
