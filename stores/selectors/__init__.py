"""What is known of the people who work at nodes."""
