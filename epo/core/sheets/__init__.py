"""Lists that leave for a spreadsheet, and those that come from one. See docs/import-export.md."""
