"""Reading and writing of pictures, conversion of pixels, and atomic writes of files."""
