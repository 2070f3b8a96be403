"""What only reproducing the paper needs. No part of the wheel."""
