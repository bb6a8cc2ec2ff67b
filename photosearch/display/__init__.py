"""What people see of results: sheets of photos, thumbnails, printable names."""
