"""The program's parts: catalogue, placement, and the components that register resources."""
