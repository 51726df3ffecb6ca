"""How data gets in: files of source systems to records to GraphBatch, or a Reject that says why not."""
