"""Reports as one HTML file each, which shows pictures and tables and needs nothing else."""
