"""What a change of the rules does, told in invented people, cases, texts and proofs."""
