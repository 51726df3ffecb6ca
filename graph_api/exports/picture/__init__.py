"""Pictures as SVG and PDF: one table of symbols, one renderer."""
