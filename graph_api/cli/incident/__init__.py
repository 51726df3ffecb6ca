"""`baodian incident`: the incidents that are worked on, and what was done."""
