"""What happens to the people who work at nodes."""
