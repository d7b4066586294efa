"""The form in the languages of other systems, their answers, and the result for them."""
