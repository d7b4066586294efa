"""Changes of the rules kept and taken back: who, why, and each line before and after."""
