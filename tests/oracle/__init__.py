"""What gold should say, computed the slow and obvious way; shares no code with the models or the simulator."""
