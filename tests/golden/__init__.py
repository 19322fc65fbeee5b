"""What the commands once wrote, kept: certificates and answers that must stay valid."""
