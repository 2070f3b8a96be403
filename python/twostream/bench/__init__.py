"""What speed is compared with."""
