"""Plans (一户一案): which procedure of a customer's approved plan counts."""
