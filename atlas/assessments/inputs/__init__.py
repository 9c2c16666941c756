"""From stored layers and an adopted standard to the engine's arrays: arranging, no arithmetic."""
