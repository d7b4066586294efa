"""What makes a knowledge base unusable."""
